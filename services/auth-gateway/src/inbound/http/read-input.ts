import { PlatformError } from '@trendpot/contracts';
import type { z } from 'zod';

/** A query, path or body by its schema. What was wrong stays here: it may quote the caller. @throws PlatformError E_MALFORMED_MESSAGE */
export const readInput = <Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> => {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`).join(', ');
  throw new PlatformError('E_MALFORMED_MESSAGE', `request refused: ${fields}`);
};
