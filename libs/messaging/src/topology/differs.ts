import { isDeepStrictEqual } from 'node:util';

/** Whether anything that is wanted is not so. What the server adds of its own accord does not count. */
export const differs = (actual: object, wanted: object): boolean =>
  Object.entries(wanted).some(([key, value]) => {
    const present = (actual as Record<string, unknown>)[key];
    if (isObject(value) && isObject(present)) return differs(present, value);
    return !isDeepStrictEqual(present, value);
  });

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
