import { createHash, randomBytes } from 'node:crypto';

/** 32 random bytes, safe in a cookie and in an address. */
export const newOpaqueToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token: whoever reads the database cannot use it. */
export const tokenDigest = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Whether text has the shape of a token of ours; anything else is not worth a look into the database. */
export const isOpaqueToken = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Za-z0-9_-]{43}$/.test(text);
