import { Secret } from '@trendpot/secrets';
import type { z } from 'zod';

export interface Setting {
  /** As its row writes it: a value, `required` or `none`. */
  readonly default: string;
  readonly secret: boolean;
}

const written = (value: unknown): string => {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'none';
  return Array.isArray(value) ? value.join(' ') : String(value);
};

/** Long enough for every secret; no other kind of setting turns text into a Secret. */
const SAMPLE = 'x'.repeat(64);

const settingOf = (type: z.ZodType): Setting => {
  const unset = type.safeParse(undefined);
  return {
    default: unset.success ? written(unset.data) : 'required',
    secret: type.safeParse(SAMPLE).data instanceof Secret,
  };
};

/** Every variable of a schema by name, as the program itself treats it. */
export const settingsOfShape = (shape: Readonly<Record<string, z.core.$ZodType>>): Record<string, Setting> =>
  Object.fromEntries(Object.entries(shape).map(([name, type]) => [name, settingOf(type as z.ZodType)]));
