import { MongoServerError } from 'mongodb';

/** MongoDB's number for a key that is there already. */
export const DUPLICATE_KEY = 11_000;

/** Whether a write failed because such a document is there already, by this field if one is named. */
export const isDuplicateKey = (error: unknown, field?: string): boolean =>
  error instanceof MongoServerError &&
  error.code === DUPLICATE_KEY &&
  (field === undefined || field in (error['keyPattern'] ?? {}));
