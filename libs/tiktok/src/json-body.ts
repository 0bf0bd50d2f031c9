import { PlatformError } from '@trendpot/contracts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The body as a JSON object, or `undefined` when it is anything else. */
export const readJsonObject = (body: Buffer): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

export const invalidResponse = (message: string): PlatformError =>
  new PlatformError('E_TIKTOK_RESPONSE_INVALID', message);
