import { randomBytes } from 'node:crypto';
import { LeaseReply, newAccountId, newRequestId, SUBJECT } from '@trendpot/contracts';
import { createRecipient, request } from '@trendpot/messaging';
import { z } from 'zod';
import { makeDataKeyCache } from '../../../services/token-vault/src/domain/data-key-cache.ts';
import { deriveSealingKey } from '../../../services/token-vault/src/domain/sealing-key.ts';
import type { BenchPlatform } from './bench-platform.ts';
import { closedLoop, type LoopResult } from './closed-loop.ts';

const TIMEOUT_MS = 60_000;
/** As many workers as ask at once, each with an ephemeral key of its own. */
const recipients = Array.from({ length: 128 }, () => createRecipient().publicKey);
let asked = 0;
const BareReply = z.object({ ok: z.literal(true), data: z.object({ token: z.base64() }) });

export const payload = (accountId: string) => ({
  version: 1,
  requestId: newRequestId(),
  accountId,
  operation: 'video.list',
  minimumSeconds: 0,
  recipient: recipients[asked++ % recipients.length],
});

export const lease = ({ ingestion }: BenchPlatform, accountId: string): Promise<unknown> =>
  request(ingestion, {
    subject: SUBJECT.vaultLease,
    payload: payload(accountId),
    reply: LeaseReply,
    timeoutMs: TIMEOUT_MS,
  });

/** The same request and a reply of the same kind, with nothing but one opening in between. */
export const bareRoundTrips = async (platform: BenchPlatform, total: number, atOnce: number): Promise<LoopResult> => {
  await using _bare = await platform.startBare(SUBJECT.vaultLease, randomBytes(60));
  const accountId = newAccountId();
  const ask = (): Promise<unknown> =>
    request(platform.ingestion, {
      subject: SUBJECT.vaultLease,
      payload: payload(accountId),
      reply: BareReply,
      timeoutMs: TIMEOUT_MS,
    });
  await closedLoop(total / 10, atOnce, ask);
  return await closedLoop(total, atOnce, ask);
};

/** Bytes of memory that ten thousand cached data keys take. */
export const memoryOfCachedKeys = (): number => {
  const bytes = (): number => {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = bytes();
  const cache = makeDataKeyCache({ maxEntries: 10_000, freshMs: 1e9, outageMs: 0 });
  for (let index = 0; index < 10_000; index += 1) {
    const id = `${newAccountId()}:${randomBytes(32).toString('base64')}`;
    cache.put(id, deriveSealingKey(randomBytes(32)), 0);
  }
  const after = bytes();
  cache.clear();
  return after - before;
};
