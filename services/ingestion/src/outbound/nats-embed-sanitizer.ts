import { SanitizeReply, SUBJECT, type SanitizeRequest } from '@trendpot/contracts';
import { request, type Messaging } from '@trendpot/messaging';
import type { EmbedSanitizer } from '../domain/ports.ts';

const ANSWER_WITHIN_MS = 10_000;

export const natsEmbedSanitizer = (messaging: Messaging): EmbedSanitizer => ({
  async sanitize(requestId, embeds) {
    const payload: SanitizeRequest = { version: 1, requestId, embeds: [...embeds] };
    const { verdicts } = await request(messaging, {
      subject: SUBJECT.embedsSanitize,
      payload,
      reply: SanitizeReply,
      timeoutMs: ANSWER_WITHIN_MS,
    });
    return verdicts;
  },
});
