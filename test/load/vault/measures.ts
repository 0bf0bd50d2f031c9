import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LeaseReply, newAccountId, newRequestId, SUBJECT } from '@trendpot/contracts';
import { createRecipient, request } from '@trendpot/messaging';
import { z } from 'zod';
import { makeDataKeyCache } from '../../../services/token-vault/src/domain/keys/data-key-cache.ts';
import { deriveSealingKey } from '../../../services/token-vault/src/domain/sealing/sealing-key.ts';
import type { Answerer, BenchPlatform } from './bench-platform.ts';

const TIMEOUT_MS = 60_000;
/** Workers that ask, each with an ephemeral key of its own. */
const recipients = Array.from({ length: 128 }, () => createRecipient().publicKey);
let asked = 0;

const payload = (accountId: string) => ({
  version: 1,
  requestId: newRequestId(),
  accountId,
  operation: 'video.list',
  minimumSeconds: 0,
  recipient: recipients[asked++ % recipients.length],
});

export const lease = ({ lines }: BenchPlatform, accountId: string): Promise<unknown> =>
  request(lines.vault, {
    subject: SUBJECT.vaultLease,
    payload: payload(accountId),
    reply: LeaseReply,
    timeoutMs: TIMEOUT_MS,
  });

const BareReply = z.object({ ok: z.literal(true), data: z.object({ token: z.base64() }) });

/** The same request, and a reply with nothing but one opening behind it. */
export const bareRoundTrip = (
  { lines }: BenchPlatform,
  how: Exclude<Answerer, 'vault'>,
  accountId: string,
): Promise<unknown> =>
  request(lines[how], {
    subject: SUBJECT.vaultLease,
    payload: payload(accountId),
    reply: BareReply,
    timeoutMs: TIMEOUT_MS,
  });

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const usedBytes = (): number => {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** Bytes of memory that ten thousand cached data keys take. */
export const memoryOfCachedKeys = (): number => {
  const cache = makeDataKeyCache({ maxEntries: 10_000, freshMs: 1e9, outageMs: 0 });
  const before = usedBytes();
  for (let index = 0; index < 10_000; index += 1) {
    const id = `${newAccountId()}:${randomBytes(152).toString('latin1')}`;
    cache.put(id, deriveSealingKey(randomBytes(32)), 0);
  }
  const after = usedBytes();
  if (cache.size !== 10_000) throw new Error('the cache let go of keys');
  return after - before;
};
