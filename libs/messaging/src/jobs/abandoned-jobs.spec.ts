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
import { listDeadLetters } from '../dead-letters/list-dead-letters.ts';
import { dropDeadLetter, redriveDeadLetter } from '../dead-letters/redrive-dead-letter.ts';
import type { Messaging, Running } from '../messaging.ts';
import { publish } from '../publish.ts';
import { settleReturned } from '../settle.ts';
import { connectOwners, startNatsPlatform, type NatsPlatform } from '../testing/nats-platform.ts';
import { until } from '../testing/until.ts';
import { nanos } from '../milliseconds.ts';
import { consumeJobs } from './consume-jobs.ts';

jest.setTimeout(60_000);

describe('a job that kills its workers', () => {
  let platform: NatsPlatform;
  let refresher: Messaging;
  let gateway: Messaging;
  beforeAll(async () => {
    platform = await startNatsPlatform();
    ({ refresher, gateway } = await connectOwners(platform));
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
  const work = (handler: () => Promise<void>): Running =>
    consumeJobs(refresher, {
      stream: STREAM.refresh,
      consumer: CONSUMER.refresh,
      schema: RefreshJob,
      handler,
      stopWithinMs: 10,
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
    await until('it is a dead letter', isBuried);
    expect(begun).toBe(0);
    await worker.stop();
  });

  it('is found when a worker begins, after the server gave up delivering it', async () => {
    await limits(200, 2);
    await dieOver(2, 200);
    await until('the server gave up', async () => {
      const consumer = await refresher.jetstream.consumers.get(STREAM.refresh, CONSUMER.refresh);
      if ((await consumer.next({ expires: 1_000 })) !== null) return false;
      return (await consumer.info()).num_ack_pending === 0;
    });
    const worker = work(async () => {});
    await until('it is a dead letter', isBuried);
    await worker.stop();
  });

  it('is put among the dead letters when the server reports it, and can be queued again', async () => {
    await limits(200, 2);
    const worker = work(() => new Promise(() => {}));
    await until('it is a dead letter', isBuried);
    await worker.stop();
    const [letter] = await listDeadLetters(gateway, { accountId: job.accountId });
    await limits(30_000, 10);
    const redriven = await redriveDeadLetter(gateway, letter?.sequence ?? 0);
    expect(redriven.priceInCalls).toBe(1);
    let done = 0;
    const next = work(async () => {
      done += 1;
    });
    await until('it is done', () => done === 1);
    expect(await listDeadLetters(gateway)).toEqual([]);
    await next.stop();
  });
});
