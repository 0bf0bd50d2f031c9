import { readFileSync } from 'node:fs';
import { secret, type Secret } from '@trendpot/secrets';
import { z } from 'zod';

/** A whole number within bounds, from text. */
export const integer = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^-?\d+$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(minimum).max(maximum));

/** Text that must never be printed. */
export const secretText = (minimumLength = 1) =>
  z
    .string()
    .min(minimumLength)
    .transform((value): Secret => secret(value));

const contentOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
};

/** The content of a file that must never be printed; the setting is the path. */
export const secretFile = z.string().transform((path, context): Secret => {
  const content = contentOf(path);
  if (content !== '') return secret(content);
  context.addIssue({ code: 'custom', message: 'names a file that cannot be read or is empty' });
  return z.NEVER;
});

/** Words separated by spaces or commas. */
export const words = z.string().transform((value) => value.split(/[\s,]+/).filter((word) => word !== ''));

/** An http(s) address without a trailing slash. */
export const httpAddress = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));

/** `true` or `false`, nothing else: any other text would silently count as true somewhere. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
