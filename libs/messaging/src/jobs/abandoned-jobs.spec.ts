import { DiscardPolicy } from '@nats-io/jetstream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  CONSUMER,
  RefreshJob,
  STREAM,
  newAccountId,
  newMessageId,
  newRequestId,
  refreshJobSubject,
  refreshScheduleSubject,
} from '@trendpot/contracts';
import { connectOwners, eventually, gate, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { listDeadLetters } from '../dead-letters/list-dead-letters.ts';
import { dropDeadLetter, redriveDeadLetter } from '../dead-letters/redrive-dead-letter.ts';
import type { Messaging, Running } from '../messaging.ts';
import { publish } from '../publish.ts';
import { settleReturned } from '../settle.ts';
import { nanos } from '../milliseconds.ts';
import { consumeJobs } from './consume-jobs.ts';

jest.setTimeout(60_000);

describe('a job that kills its workers', () => {
  let platform: PlatformNats;
  let ingestion: Messaging;
  let refresher: Messaging;
  let gateway: Messaging;
  beforeAll(async () => {
    platform = await startPlatformNats();
    ({ ingestion, refresher, gateway } = await connectOwners(platform));
  });
  afterAll(() => platform.stop());

  let job: RefreshJob;
  beforeEach(async () => {
    for (const { sequence } of await listDeadLetters(gateway)) await dropDeadLetter(gateway, sequence);
    job = {
      version: 1,
      jobId: newMessageId(),
      requestId: newRequestId(),
      accountId: newAccountId(),
      attempt: 1,
      queuedAt: new Date().toISOString(),
    };
    await publish(refresher, {
      subject: refreshJobSubject(job.accountId),
      body: JSON.stringify(job),
      messageId: job.jobId,
    });
  });

  const limits = (ackWaitMs: number, maxDeliver: number): Promise<unknown> =>
    refresher.manager.consumers.update(STREAM.refresh, CONSUMER.refresh, {
      ack_wait: nanos(ackWaitMs),
      max_deliver: maxDeliver,
    });
  const work = (handler: (job: RefreshJob) => Promise<void>, messaging = refresher): Running =>
    consumeJobs(messaging, {
      stream: STREAM.refresh,
      consumer: CONSUMER.refresh,
      schema: RefreshJob,
      handler,
      stopWithinMs: 10,
      lookForAbandonedEveryMs: 100,
      onFailure: {
        queue: 'refresh',
        backoffMs: 50,
        scheduleSubject: ({ accountId }) => refreshScheduleSubject(accountId),
        onFailed: async () => {},
      },
    });
  const isBuried = async (): Promise<boolean> => {
    const [letter] = await listDeadLetters(gateway, { accountId: job.accountId });
    const { state } = await refresher.manager.streams.info(STREAM.refresh);
    return letter?.letter.code === 'E_INTERNAL' && state.messages === 0;
  };
  /** A worker that takes the job and is never heard of again. */
  const dieOver = async (deliveries: number, afterMs = 0): Promise<void> => {
    const consumer = await refresher.jetstream.consumers.get(STREAM.refresh, CONSUMER.refresh);
    for (let delivered = 0; delivered < deliveries;) {
      const message = await consumer.next({ expires: 2_000 });
      if (message === null) continue;
      delivered += 1;
      if (afterMs === 0) settleReturned(message);
    }
  };

  it('is put among the dead letters by whoever is handed it next', async () => {
    await limits(30_000, 10);
    await dieOver(5);
    let begun = 0;
    const worker = work(async () => {
      begun += 1;
    });
    await eventually(isBuried, { what: 'it is a dead letter' });
    expect(begun).toBe(0);
    await worker.stop();
  });

  /** The server has given the job up, and said so while nobody listened. */
  const giveUpUnheard = async (): Promise<void> => {
    await limits(200, 2);
    await dieOver(2, 200);
    await eventually(
      async () => {
        const consumer = await refresher.jetstream.consumers.get(STREAM.refresh, CONSUMER.refresh);
        if ((await consumer.next({ expires: 1_000 })) !== null) return false;
        return (await consumer.info()).num_ack_pending === 0;
      },
      { what: 'the server gave up' },
    );
  };

  it('is found by a worker that begins while another job is in hand, once that is done', async () => {
    await giveUpUnheard();
    const [begun, end] = [gate(), gate()];
    const other = { ...job, jobId: newMessageId(), accountId: newAccountId() };
    await limits(30_000, 10);
    const subject = refreshJobSubject(other.accountId);
    await publish(refresher, { subject, body: JSON.stringify(other), messageId: other.jobId });
    const worker = work(async ({ accountId }) => {
      if (accountId !== other.accountId) return;
      begun.open();
      await end.passed;
    });
    await begun.passed;
    await delay(1_500);
    end.open();
    await eventually(isBuried, { what: 'it is a dead letter' });
    await worker.stop();
  });

  it('leaves alone what is in hand or was done a moment ago', async () => {
    await limits(30_000, 10);
    let done = 0;
    const worker = work(async () => {
      done += 1;
    });
    for (let index = 0; index < 100; index += 1) {
      const next = { ...job, jobId: newMessageId(), accountId: newAccountId() };
      const subject = refreshJobSubject(next.accountId);
      await publish(refresher, { subject, body: JSON.stringify(next), messageId: next.jobId });
      await delay(15);
    }
    await eventually(() => done === 101, { what: 'all are done' });
    await worker.stop();
    expect(await listDeadLetters(gateway)).toEqual([]);
  });

  it('is buried later when that fails at first', async () => {
    await limits(200, 2);
    const { manager } = ingestion;
    const { config } = await manager.streams.info(STREAM.failed);
    await manager.streams.update(STREAM.failed, { ...config, max_bytes: 1, discard: DiscardPolicy.New });
    const refused = gate<string>();
    const logger = { ...refresher.logger, warn: (event: string) => refused.open(event) };
    const hung = gate();
    const worker = work(() => hung.passed, { ...refresher, logger });
    expect(await refused.passed).toBe('nats.abandoned.not_handled');
    await manager.streams.update(STREAM.failed, config);
    await eventually(isBuried, { what: 'it is a dead letter' });
    await worker.stop();
    hung.open();
    await limits(30_000, 10);
  });

  it('is found when a worker begins, after the server gave up delivering it', async () => {
    await giveUpUnheard();
    const worker = work(async () => {});
    await eventually(isBuried, { what: 'it is a dead letter' });
    await worker.stop();
  });

  it('is put among the dead letters when the server reports it, and can be queued again', async () => {
    await limits(200, 2);
    const hung = gate();
    const worker = work(() => hung.passed);
    await eventually(isBuried, { what: 'it is a dead letter' });
    await worker.stop();
    hung.open();
    const [letter] = await listDeadLetters(gateway, { accountId: job.accountId });
    await limits(30_000, 10);
    const redriven = await redriveDeadLetter(gateway, letter?.sequence ?? 0);
    expect(redriven.priceInCalls).toBe(1);
    let done = 0;
    const next = work(async () => {
      done += 1;
    });
    await eventually(() => done === 1, { what: 'it is done' });
    expect(await listDeadLetters(gateway)).toEqual([]);
    await next.stop();
  });
});
