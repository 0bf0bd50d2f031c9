import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  RefreshJob,
  STREAM,
  failedSubject,
  newAccountId,
  newMessageId,
  newRequestId,
  type DeadLetter,
} from '@trendpot/contracts';
import { connectOwners, someSyncJob, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import type { Messaging } from '../messaging.ts';
import { publish } from '../publish.ts';
import { messagesOf } from '../stored-messages.ts';
import { listDeadLetters, showDeadLetter } from './list-dead-letters.ts';
import { dropDeadLetter, redriveDeadLetter } from './redrive-dead-letter.ts';

jest.setTimeout(60_000);

describe('dead letters', () => {
  let platform: PlatformNats;
  let ingestion: Messaging;
  let refresher: Messaging;
  let operator: Messaging;
  const [first, second] = [newAccountId(), newAccountId()];
  const job = someSyncJob(first, { page: 7, cursor: 1_700_000_000_000, attempt: 24, outages: 19 });

  const bury = async (
    from: Messaging,
    letter: Partial<DeadLetter> & Pick<DeadLetter, 'queue' | 'accountId' | 'body'>,
  ) => {
    const whole: DeadLetter = {
      version: 1,
      subject: `tiktok.jobs.${letter.queue}.${letter.queue === 'sync' ? 'page.' : ''}${letter.accountId}`,
      code: 'E_TIKTOK_UNAVAILABLE',
      message: 'TikTok answered 503',
      attempts: 5,
      failedAt: new Date().toISOString(),
      truncated: false,
      ...letter,
    };
    const { sequence } = await publish(from, {
      subject: failedSubject(letter.queue, letter.accountId),
      body: JSON.stringify(whole),
      messageId: newMessageId(),
    });
    return sequence;
  };
  const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

  let ofFirst: number;
  let ofSecond: number;
  let malformed: number;
  beforeAll(async () => {
    platform = await startPlatformNats();
    ({ ingestion, refresher } = await connectOwners(platform));
    operator = await platform.connect('operator');
    ofFirst = await bury(ingestion, { queue: 'sync', accountId: first, body: base64(job) });
    const refresh = RefreshJob.parse({
      version: 1,
      jobId: newMessageId(),
      requestId: newRequestId(),
      accountId: second,
      attempt: 2,
      queuedAt: new Date().toISOString(),
    });
    ofSecond = await bury(refresher, {
      queue: 'refresh',
      accountId: second,
      body: base64(refresh),
      code: 'E_VIDEO_NOT_OWNED',
    });
    malformed = await bury(ingestion, {
      queue: 'sync',
      accountId: 'unknown',
      body: base64('?'),
      code: 'E_MALFORMED_MESSAGE',
    });
  });
  afterAll(() => platform.stop());

  const numbers = async (filter: Parameters<typeof listDeadLetters>[1]): Promise<number[]> =>
    (await listDeadLetters(operator, filter)).map(({ sequence }) => sequence);

  it('are listed by account, queue, code and age, with their price in calls', async () => {
    expect(await numbers({})).toEqual([ofFirst, ofSecond, malformed]);
    expect(await numbers({ accountId: first })).toEqual([ofFirst]);
    expect(await numbers({ queue: 'refresh' })).toEqual([ofSecond]);
    expect(await numbers({ code: 'E_MALFORMED_MESSAGE' })).toEqual([malformed]);
    expect(await numbers({ olderThanMs: 60_000 })).toEqual([]);
    expect(await numbers({ youngerThanMs: 60_000, limit: 2 })).toEqual([ofFirst, ofSecond]);
    const prices = (await listDeadLetters(operator)).map(({ priceInCalls }) => priceInCalls);
    expect(prices).toEqual([1, 1, 0]);
  });

  it('cost one call more where the first page of a library asks for the creator as well', async () => {
    const accountId = newAccountId();
    const walk = { mode: 'full', page: 0 } as const;
    for (const changes of [walk, { ...walk, page: 1 }, { ...walk, mode: 'incremental' as const }]) {
      await bury(ingestion, { queue: 'sync', accountId, body: base64(someSyncJob(accountId, changes)) });
    }
    const letters = await listDeadLetters(operator, { accountId });
    expect(letters.map(({ priceInCalls }) => priceInCalls)).toEqual([2, 1, 1]);
    for (const { sequence } of letters) await dropDeadLetter(operator, sequence);
  });

  it('are shown by number, or not at all', async () => {
    expect(await showDeadLetter(operator, ofSecond)).toMatchObject({ letter: { code: 'E_VIDEO_NOT_OWNED' } });
    expect(await showDeadLetter(operator, 9_999)).toBeUndefined();
  });

  it('become jobs again, from the first attempt, where they came from', async () => {
    await redriveDeadLetter(operator, ofFirst);
    expect(await showDeadLetter(operator, ofFirst)).toBeUndefined();
    const queued: unknown[] = [];
    for await (const { subject, data } of messagesOf(ingestion, STREAM.sync)) {
      queued.push([subject, JSON.parse(new TextDecoder().decode(data))]);
    }
    const { outages: _outages, ...work } = job;
    expect(queued).toEqual([[`tiktok.jobs.sync.page.${first}`, { ...work, attempt: 1 }]]);
    await expect(redriveDeadLetter(operator, ofFirst)).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it('begin a new round when they are of a refresh, for the old one has gone on without them', async () => {
    const failedAt = new Date(Date.now() + 60_000).toISOString();
    const batch = RefreshJob.parse({
      version: 1,
      jobId: newMessageId(),
      requestId: newRequestId(),
      accountId: first,
      afterVideoId: '7000000000000000019',
      roundStartedAt: new Date(0).toISOString(),
      attempt: 5,
      queuedAt: new Date(0).toISOString(),
    });
    const sequence = await bury(refresher, { queue: 'refresh', accountId: first, body: base64(batch), failedAt });
    await redriveDeadLetter(operator, sequence);
    const queued: unknown[] = [];
    for await (const { data } of messagesOf(refresher, STREAM.refresh)) {
      queued.push(RefreshJob.parse(JSON.parse(new TextDecoder().decode(data))));
    }
    const { afterVideoId: _after, roundStartedAt: _started, ...round } = batch;
    expect(queued).toEqual([{ ...round, attempt: 1, queuedAt: new Date(Date.parse(failedAt) + 1).toISOString() }]);
  });

  it('stay when they hold no job that could be tried again, until they are dropped', async () => {
    await expect(redriveDeadLetter(operator, malformed)).rejects.toMatchObject({ code: 'E_MALFORMED_MESSAGE' });
    expect(await showDeadLetter(operator, malformed)).toBeDefined();
    await dropDeadLetter(operator, malformed);
    await expect(dropDeadLetter(operator, malformed)).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it('can be seen and dropped even if they are garbage themselves', async () => {
    const { seq } = await ingestion.jetstream.publish('tiktok.failed.sync.garbage', 'not json');
    expect(await showDeadLetter(operator, seq)).toMatchObject({
      priceInCalls: 0,
      letter: { accountId: 'unknown', code: 'E_MALFORMED_MESSAGE' },
    });
    await dropDeadLetter(operator, seq);
  });
});
