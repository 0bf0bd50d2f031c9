export { startFakeTikTok, type FakeTikTok, type FakeTikTokOptions } from './server.ts';
export { accessTokenAt, authorizationCodeAt } from './sign-in.ts';
export { DEFAULT_CLIENT, type Client } from './clients.ts';
export type { Knobs } from './knobs.ts';
export type { CallRecord, CallSummary, KindSummary } from './call-log.ts';
export type { CallKind } from './routes.ts';
