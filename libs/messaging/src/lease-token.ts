import { LeaseReply, SUBJECT, type LeaseRequest } from '@trendpot/contracts';
import { takeSecret, type Secret } from '@trendpot/secrets';
import type { Messaging } from './messaging.ts';
import { request } from './request.ts';
import { createRecipient } from './sealed-box/sealed-box.ts';

/** The vault may have to refresh the token at TikTok before it answers. */
const ANSWER_WITHIN_MS = 20_000;

/** Long enough for the longest call and the wait for its permit. */
const MINIMUM_SECONDS = 60;

export interface LentToken {
  readonly token: Secret;
  readonly generation: number;
  readonly expiresAt: Date;
}

/**
 * Asks token-vault for an access token, sealed to a key that lives for this one request. Afterwards the key is gone and
 * the bytes are zeroed: what is left of the token is inside the secret.
 *
 * @throws PlatformError E_UNAVAILABLE, or a refusal of the vault
 */
export const leaseToken = async (
  messaging: Messaging,
  asked: Omit<LeaseRequest, 'version' | 'minimumSeconds' | 'recipient'>,
): Promise<LentToken> => {
  const recipient = createRecipient();
  try {
    const payload: LeaseRequest = {
      version: 1,
      ...asked,
      minimumSeconds: MINIMUM_SECONDS,
      recipient: recipient.publicKey,
    };
    const { sealedToken, sender, generation, expiresAt } = await request(messaging, {
      subject: SUBJECT.vaultLease,
      payload,
      reply: LeaseReply,
      timeoutMs: ANSWER_WITHIN_MS,
    });
    const token = takeSecret(recipient.open(Buffer.from(sealedToken, 'base64'), sender));
    return { token, generation, expiresAt: new Date(expiresAt) };
  } finally {
    recipient.forget();
  }
};
