import { ExchangeReply, RevokeReply, StatusReply, SUBJECT } from '@trendpot/contracts';
import { request, type Messaging } from '@trendpot/messaging';
import type { Vault } from '../domain/ports.ts';

/** Longer than the vault's own calls to TikTok and KMS may take, shorter than a person waits. */
const WITH_TIKTOK_MS = 25_000;
const STATUS_MS = 5_000;

export const natsTokenVault = (messaging: Messaging): Vault => ({
  exchange: (payload) =>
    request(messaging, { subject: SUBJECT.vaultExchange, payload, reply: ExchangeReply, timeoutMs: WITH_TIKTOK_MS }),
  revoke: (payload) =>
    request(messaging, { subject: SUBJECT.vaultRevoke, payload, reply: RevokeReply, timeoutMs: WITH_TIKTOK_MS }),
  status: (payload) =>
    request(messaging, { subject: SUBJECT.vaultStatus, payload, reply: StatusReply, timeoutMs: STATUS_MS }),
});
