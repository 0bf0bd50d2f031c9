import { createHash, randomBytes } from 'node:crypto';

/** TikTok's challenge is the verifier's SHA-256 in lower-case hex, although the method is called S256. Source: tiktok-api.md 1.2. */
export const codeChallenge = (verifier: string): string => createHash('sha256').update(verifier, 'ascii').digest('hex');

/** A fresh verifier (64 unreserved characters) and its challenge. */
export const pkce = (): { verifier: string; challenge: string } => {
  const verifier = randomBytes(48).toString('base64url');
  return { verifier, challenge: codeChallenge(verifier) };
};
