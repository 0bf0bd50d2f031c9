import { createHash } from 'node:crypto';

/** TikTok's PKCE: lower-case hex of the digest, not base64url, although the method is called S256. */
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier, 'ascii').digest('hex');

/** Challenges are not looked at before the exchange: a wrongly encoded one passes the consent page and fails here. */
export const verifies = (challenge: string | undefined, verifier: string | undefined): boolean =>
  challenge === undefined ||
  (verifier !== undefined && /^[A-Za-z0-9._~-]{43,128}$/.test(verifier) && challengeOf(verifier) === challenge);
