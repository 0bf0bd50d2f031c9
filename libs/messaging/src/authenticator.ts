import { credsAuthenticator, nkeyAuthenticator, type Authenticator } from '@nats-io/transport-node';
import { PlatformError } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A user seed of NATS: 58 characters that begin with SU. */
export const SEED = /\bSU[A-Z2-7]{56}\b/;

/**
 * Reads the content of `NATS_CREDENTIALS_FILE`: a bare seed, a `BEGIN USER NKEY SEED` block, or a credentials file with
 * a JWT. The seed is revealed only here.
 * @throws PlatformError E_UNAUTHENTICATED when it is none of them; the content is never repeated.
 */
export const authenticatorOf = (credentials: Secret): Authenticator => {
  const content = credentials.reveal();
  if (content.includes('BEGIN NATS USER JWT')) return credsAuthenticator(encode(content));
  const seed = SEED.exec(content)?.[0];
  if (seed === undefined) {
    throw new PlatformError('E_UNAUTHENTICATED', 'the NATS credentials hold neither a user seed nor a user JWT');
  }
  return nkeyAuthenticator(encode(seed));
};
