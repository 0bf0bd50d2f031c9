export { startFakeTikTok, type FakeTikTok, type FakeTikTokOptions } from './server.ts';
export { DEFAULT_CLIENT, type Client } from './state.ts';
export type { Knobs } from './knobs.ts';
export type { CallRecord, CallSummary } from './call-log.ts';
