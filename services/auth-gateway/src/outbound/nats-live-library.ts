import { LookupReply, PageReply, SUBJECT } from '@trendpot/contracts';
import { request, type Messaging } from '@trendpot/messaging';
import type { LiveLibrary } from '../domain/ports.ts';

/** Waiting for a call permit is part of it. */
const TIMEOUT_MS = 25_000;

export const natsLiveLibrary = (messaging: Messaging): LiveLibrary => ({
  page: (payload) =>
    request(messaging, { subject: SUBJECT.videosPage, payload, reply: PageReply, timeoutMs: TIMEOUT_MS }),
  lookUp: (payload) =>
    request(messaging, { subject: SUBJECT.videosLookup, payload, reply: LookupReply, timeoutMs: TIMEOUT_MS }),
});
