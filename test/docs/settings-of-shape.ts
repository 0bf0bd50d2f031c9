import { Secret } from '@trendpot/secrets';
import type { z } from 'zod';

export interface Setting {
  /** As its row writes it: a value, `required` or `none`. */
  readonly default: string;
  readonly secret: boolean;
}

type Default = string | number | boolean | readonly string[] | undefined;

const written = (value: Default): string => {
  if (value === undefined) return 'none';
  return typeof value === 'object' ? value.join(' ') || 'none' : String(value);
};

/** Long enough for every secret; no other kind of setting turns text into a Secret. */
const SAMPLE = 'x'.repeat(64);

const settingOf = (type: z.ZodType): Setting => {
  const unset = type.safeParse(undefined);
  return {
    default: unset.success ? written(unset.data as Default) : 'required',
    secret: type.safeParse(SAMPLE).data instanceof Secret,
  };
};

/** Every variable of a schema by name, as the program itself treats it. */
export const settingsOfShape = (shape: Readonly<Record<string, z.core.$ZodType>>): Record<string, Setting> =>
  Object.fromEntries(Object.entries(shape).map(([name, type]) => [name, settingOf(type as z.ZodType)]));
