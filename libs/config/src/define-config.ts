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

const describeIssue = (issue: z.core.$ZodIssue): string => {
  const variable = issue.path.length === 0 ? 'settings' : String(issue.path[0]);
  if (issue.code === 'custom') return `${variable} ${issue.message}`;
  if (issue.code === 'invalid_type') return `${variable} is missing or of the wrong kind`;
  return `${variable} is not valid (${issue.code.replaceAll('_', ' ')})`;
};

/** Reads settings from an environment. @throws ConfigurationFault */
export interface SettingsReader<Schema extends z.ZodObject> {
  (environment: Environment): Readonly<z.infer<Schema>>;
  /** Every variable that is read, by name; docs/configuration.md is held to it. */
  readonly shape: Schema['shape'];
}

/** A reader of the environment that reports every fault at once. An empty or blank value counts as unset. */
export const defineConfig = <Schema extends z.ZodObject>(schema: Schema): SettingsReader<Schema> => {
  const read = (environment: Environment): Readonly<z.infer<Schema>> => {
    const present = Object.fromEntries(
      Object.keys(schema.shape).flatMap((name) => {
        const value = environment[name]?.trim();
        return value === undefined || value === '' ? [] : [[name, value]];
      }),
    );
    const parsed = schema.safeParse(present);
    if (parsed.success) return Object.freeze(parsed.data);
    throw new ConfigurationFault([...new Set(parsed.error.issues.map(describeIssue))].sort());
  };
  return Object.assign(read, { shape: schema.shape });
};
