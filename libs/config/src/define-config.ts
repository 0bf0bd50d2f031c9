import type { z } from 'zod';

/** The settings were not usable. `faults` name variables and what is wrong with them, never a value. */
export class ConfigurationFault extends Error {
  override readonly name = 'ConfigurationFault';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`configuration: ${faults.join('; ')}`);
    this.faults = faults;
  }
}

/** Exit status of a service that cannot start because of its settings (EX_CONFIG of sysexits). */
export const CONFIGURATION_EXIT_CODE = 78;

export type Environment = Readonly<Record<string, string | undefined>>;

/** What must hold between several settings. Judged when each of them is right by itself, whatever the others are. */
export interface SettingsRule<Settings> {
  readonly about: readonly (keyof Settings & string)[];
  /** The fault, beginning with the variable to change; it may look at the settings in `about` only. */
  fault(settings: Settings): string | undefined;
}

/** Reads settings from an environment. @throws ConfigurationFault */
export interface SettingsReader<Schema extends z.ZodObject> {
  (environment: Environment): Readonly<z.infer<Schema>>;
  /** Every variable that is read, by name; docs/configuration.md is held to it. */
  readonly shape: Schema['shape'];
}

const bound = (origin: string, limit: number | bigint): string =>
  origin === 'string' ? `have ${limit} characters` : `be ${limit}`;

/** Bounds are no values: they are told. A message of zod's own is not, since nobody promises what is in it. */
const describeIssue = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'too_small') return `must ${bound(issue.origin, issue.minimum)} at least`;
  if (issue.code === 'too_big') return `must ${bound(issue.origin, issue.maximum)} at most`;
  if (issue.code === 'invalid_value') return `must be one of: ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_format' && issue.format === 'url') return 'must be an http:// or https:// address';
  if (issue.code === 'invalid_format' && issue.message.startsWith('must ')) return issue.message;
  return `is not valid (${issue.code.replaceAll('_', ' ')})`;
};

const faultsOf = (variable: string, text: string | undefined, { issues }: z.ZodError): readonly string[] =>
  text === undefined ? [`${variable} is missing`] : issues.map((issue) => `${variable} ${describeIssue(issue)}`);

/** The text of a variable; an empty or blank value counts as unset. */
const textOf = (environment: Environment, name: string): string | undefined => {
  const text = environment[name]?.trim();
  return text === '' ? undefined : text;
};

/**
 * A reader of the environment that reports every fault at once: each variable is judged by itself, so that a fault of
 * one hides none of another, nor of the rules between others.
 */
export const defineConfig = <Schema extends z.ZodObject>(
  schema: Schema,
  rules: readonly SettingsRule<z.infer<Schema>>[] = [],
): SettingsReader<Schema> => {
  const read = (environment: Environment): Readonly<z.infer<Schema>> => {
    const settings: Record<string, unknown> = {};
    const faults = new Map<string, readonly string[]>();
    for (const [name, type] of Object.entries<z.ZodType>(schema.shape)) {
      const text = textOf(environment, name);
      const parsed = type.safeParse(text);
      if (!parsed.success) faults.set(name, faultsOf(name, text, parsed.error));
      else if (parsed.data !== undefined) settings[name] = parsed.data;
    }
    const broken = rules
      .filter(({ about }) => !about.some((name) => faults.has(name)))
      .flatMap((rule) => rule.fault(settings as z.infer<Schema>) ?? []);
    const all = [...new Set([...[...faults.values()].flat(), ...broken])].sort();
    if (all.length > 0) throw new ConfigurationFault(all);
    return Object.freeze(settings as z.infer<Schema>);
  };
  return Object.assign(read, { shape: schema.shape });
};
