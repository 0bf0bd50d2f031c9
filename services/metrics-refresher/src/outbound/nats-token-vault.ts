import { LeaseReply, SUBJECT, type LeaseRequest } from '@trendpot/contracts';
import { createRecipient, request, type Messaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import type { TokenVault } from '../domain/ports.ts';

/** The vault may have to refresh the token at TikTok before it answers. */
const ANSWER_WITHIN_MS = 20_000;

/** Long enough for the longest call and the wait for its permit. */
const MINIMUM_SECONDS = 60;

/** Tokens from token-vault, sealed to a key that lives for one request. */
export const natsTokenVault = (messaging: Messaging): TokenVault => ({
  async lease(asked) {
    const recipient = createRecipient();
    const payload: LeaseRequest = {
      version: 1,
      operation: 'video.data',
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
    const token = recipient.open(Buffer.from(sealedToken, 'base64'), sender);
    return { token: secret(Buffer.from(token).toString('utf8')), generation, expiresAt: new Date(expiresAt) };
  },
});
