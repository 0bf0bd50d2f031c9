import { DiscardPolicy } from '@nats-io/jetstream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  CONSUMER,
  PlatformError,
  STREAM,
  SyncJob,
  newAccountId,
  newMessageId,
  newRequestId,
  syncJobSubject,
  syncScheduleSubject,
  type DeadLetter,
} from '@trendpot/contracts';
import { CEILINGS, connectOwners, eventually, gate, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { hasPending, purgeAccount } from '../account-messages.ts';
import { listDeadLetters } from '../dead-letters/list-dead-letters.ts';
import { dropDeadLetter } from '../dead-letters/redrive-dead-letter.ts';
import type { Messaging, Running } from '../messaging.ts';
import { publish } from '../publish.ts';
import { ensureTopology } from '../topology/ensure-topology.ts';
import { consumeJobs, type ConsumeJobsOptions, type JobMeta } from './consume-jobs.ts';

jest.setTimeout(60_000);

const newJob = (changes: Partial<SyncJob> = {}): SyncJob => ({
  version: 1,
  jobId: newMessageId(),
  requestId: newRequestId(),
  accountId: newAccountId(),
  mode: 'full',
  lane: 'page',
  walkId: newMessageId(),
  page: 0,
  attempt: 1,
  queuedAt: new Date().toISOString(),
  ...changes,
});

describe('the job queue', () => {
  let platform: PlatformNats;
  let ingestion: Messaging;
  let gateway: Messaging;
  let running: Running[] = [];
  let failed: DeadLetter[];
  beforeAll(async () => {
    platform = await startPlatformNats();
    ({ ingestion, gateway } = await connectOwners(platform, { consumers: { 'sync-page': { maxAckPending: 4 } } }));
  });
  afterAll(() => platform.stop());
  beforeEach(() => {
    failed = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((one) => one.stop()));
    running = [];
    for (const { sequence } of await listDeadLetters(gateway)) await dropDeadLetter(gateway, sequence);
  });

  const work = (
    handler: (job: SyncJob, meta: JobMeta) => Promise<void>,
    changes: Partial<ConsumeJobsOptions<SyncJob>> = {},
  ): Running => {
    const consumer = consumeJobs(ingestion, {
      stream: STREAM.sync,
      consumer: CONSUMER.syncPage,
      schema: SyncJob,
      handler,
      ...policy({}),
      ...changes,
    });
    running.push(consumer);
    return consumer;
  };
  const policy = (
    changes: Partial<ConsumeJobsOptions<SyncJob>['onFailure']>,
  ): Pick<ConsumeJobsOptions<SyncJob>, 'onFailure'> => ({
    onFailure: {
      queue: 'sync',
      backoffMs: 50,
      scheduleSubject: ({ accountId }) => syncScheduleSubject(accountId),
      onFailed: async (letter) => {
        failed.push(letter);
      },
      ...changes,
    },
  });
  const hasJobs = async (accountId: string): Promise<boolean> => {
    const filter = { subjects_filter: `tiktok.jobs.sync.*.${accountId}` };
    const { state } = await ingestion.manager.streams.info(STREAM.sync, filter);
    return Object.keys(state.subjects ?? {}).length > 0;
  };
  const queue = (job: SyncJob): Promise<unknown> =>
    publish(ingestion, {
      subject: syncJobSubject(job.lane, job.accountId),
      body: JSON.stringify(job),
      messageId: job.jobId,
    });
  const queueRaw = (body: string | Uint8Array, last: string = newAccountId()): Promise<unknown> =>
    publish(ingestion, { subject: `tiktok.jobs.sync.page.${last}`, body, messageId: newMessageId() });
  /** What another worker stores where a retry of this job would wait. */
  const putInPlaceOf = ({ accountId }: SyncJob, body: string): Promise<unknown> => {
    const schedule = { at: new Date(Date.now() + 60_000), target: syncJobSubject('page', accountId) };
    const subject = syncScheduleSubject(accountId);
    return publish(ingestion, { subject, body, messageId: newMessageId(), schedule });
  };
  const whatWaits = async ({ accountId }: SyncJob): Promise<string | undefined> => {
    const last = { last_by_subj: syncScheduleSubject(accountId) };
    return (await ingestion.manager.direct.getMessage(STREAM.sync, last))?.string();
  };
  const isEmpty = async (): Promise<boolean> =>
    (await ingestion.manager.streams.info(STREAM.sync)).state.messages === 0;

  it('ends a job that was done, and leaves nothing of it', async () => {
    const done: string[] = [];
    const job = newJob();
    expect(await hasPending(ingestion, STREAM.sync, job.accountId)).toBe(false);
    await queue(job);
    await queue(job);
    expect(await hasPending(ingestion, STREAM.sync, job.accountId)).toBe(true);
    work(async ({ jobId }, { attempt, deliveries }) => {
      done.push(`${jobId} ${attempt} ${deliveries}`);
    });
    await eventually(isEmpty, { what: 'the job is done' });
    expect(done).toEqual([`${job.jobId} 1 1`]);
  });

  it('tries again as a schedule that holds no place, counting attempts, and gives up with a dead letter', async () => {
    const attempts: number[] = [];
    const job = newJob();
    await queue(job);
    work(async (_, { attempt }) => {
      attempts.push(attempt);
      throw new PlatformError('E_TIKTOK_UNAVAILABLE', 'TikTok answered 503');
    });
    await eventually(async () => failed.length === 1 && (await isEmpty()), {
      what: 'it is given up',
      withinMs: 20_000,
    });
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    const [letter] = await listDeadLetters(gateway, { accountId: job.accountId });
    expect(letter).toMatchObject({
      priceInCalls: 2,
      letter: { code: 'E_TIKTOK_UNAVAILABLE', attempts: 5, requestId: job.requestId, queue: 'sync' },
    });
    expect(failed).toEqual([letter?.letter]);
  });

  it('counts what an outage of our own ended apart, so that five attempts at TikTok remain', async () => {
    const codes: string[] = [];
    await queue(newJob());
    work(async (_, { attempt }) => {
      const code = attempt <= 3 ? 'E_UNAVAILABLE' : 'E_TIKTOK_UNAVAILABLE';
      codes.push(code);
      throw new PlatformError(code, 'x');
    });
    await eventually(async () => failed.length === 1 && (await isEmpty()), {
      what: 'it is given up',
      withinMs: 20_000,
    });
    expect(codes.filter((code) => code === 'E_TIKTOK_UNAVAILABLE')).toHaveLength(5);
    expect(failed).toMatchObject([{ code: 'E_TIKTOK_UNAVAILABLE', attempts: 8 }]);
  });

  it('lets other jobs pass while one waits for its next attempt', async () => {
    const [failing, fine] = [newJob(), newJob()];
    const done: string[] = [];
    await queue(failing);
    work(async ({ jobId }) => {
      if (jobId === failing.jobId && !done.includes(jobId)) {
        done.push('failed');
        throw new PlatformError('E_TIKTOK_RATE_LIMITED', '429', { afterMs: 60_000 });
      }
      done.push(jobId);
    });
    await eventually(() => done.length === 1, { what: 'it waits' });
    await queue(fine);
    await eventually(() => done.includes(fine.jobId), { what: 'the other is done' });
    expect(await hasPending(ingestion, STREAM.sync, failing.accountId)).toBe(true);
    expect(await purgeAccount(ingestion, STREAM.sync, failing.accountId)).toBe(1);
    expect(await hasPending(ingestion, STREAM.sync, failing.accountId)).toBe(false);
  });

  it('ends quietly when the account is gone, and asks the service when consent is', async () => {
    const asked: string[] = [];
    const [gone, consent] = [newJob(), newJob()];
    await queue(gone);
    await queue(consent);
    work(
      async ({ jobId }) => {
        throw new PlatformError(jobId === gone.jobId ? 'E_ACCOUNT_REVOKED' : 'E_SCOPE_MISSING', 'x');
      },
      policy({
        onNeedsConsent: async (job, { code }) => {
          asked.push(`${job.jobId} ${code}`);
          return true;
        },
      }),
    );
    await eventually(isEmpty, { what: 'both are gone' });
    expect(asked).toEqual([`${consent.jobId} E_SCOPE_MISSING`]);
    expect(failed).toEqual([]);
  });

  it('tries a job again that was refused by a grant which has been replaced meanwhile', async () => {
    const attempts: number[] = [];
    await queue(newJob());
    work(
      async ({ attempt }) => {
        attempts.push(attempt);
        if (attempt === 1) throw new PlatformError('E_SCOPE_MISSING', 'x');
      },
      policy({ onNeedsConsent: () => Promise.resolve(false) }),
    );
    await eventually(() => attempts.length === 2, { what: 'it is tried again' });
    expect(attempts).toEqual([1, 2]);
    expect(failed).toEqual([]);
  });

  it.each([
    ['no JSON', 'not json', 'E_MALFORMED_MESSAGE'],
    ['a bare number', '42', 'E_MALFORMED_MESSAGE'],
    ['an unknown version', JSON.stringify({ ...newJob(), version: 2 }), 'E_MALFORMED_MESSAGE'],
    ['a wrong type', JSON.stringify({ ...newJob(), page: '3' }), 'E_MALFORMED_MESSAGE'],
    ['an absurd cursor', JSON.stringify({ ...newJob(), cursor: 1e300 }), 'E_MALFORMED_MESSAGE'],
    ['a field too many', JSON.stringify({ ...newJob(), token: 'x' }), 'E_MALFORMED_MESSAGE'],
    ['an account id with a wildcard', JSON.stringify({ ...newJob(), accountId: 'acc_*' }), 'E_MALFORMED_MESSAGE'],
    ['another account than its subject', JSON.stringify(newJob()), 'E_MALFORMED_MESSAGE'],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0x00]), 'E_MALFORMED_MESSAGE'],
    ['a body of 900 KB', 'x'.repeat(900_000), 'E_MESSAGE_TOO_LARGE'],
  ])('puts %s among the dead letters at once, and goes on', async (_, body, code) => {
    let handled = 0;
    await queueRaw(body);
    const fine = newJob();
    await queue(fine);
    work(async () => {
      handled += 1;
    });
    await eventually(isEmpty, { what: 'both are settled' });
    expect(handled).toBe(1);
    expect(failed).toMatchObject([{ code, attempts: 0 }]);
    const [letter] = await listDeadLetters(gateway, { code });
    expect(letter?.priceInCalls).toBe(0);
    expect(letter?.letter.truncated).toBe(code === 'E_MESSAGE_TOO_LARGE');
    expect(letter?.letter.message).not.toContain('token');
  });

  it('runs as many at once as the setting says, and more as soon as it is raised', async () => {
    const go = gate();
    let inFlight = 0;
    for (let index = 0; index < 8; index += 1) await queue(newJob());
    work(async () => {
      inFlight += 1;
      await go.passed;
    });
    await eventually(() => inFlight === 4, { what: 'four run' });
    await ensureTopology(ingestion, 'ingestion', {
      ceilings: CEILINGS,
      consumers: { 'sync-page': { maxAckPending: 6 } },
    });
    await eventually(() => inFlight === 6, { what: 'six run' });
    go.open();
    await eventually(isEmpty, { what: 'all are done' });
    expect(inFlight).toBe(8);
  });

  it('gives a job that a stop cuts short back to the queue, as fresh as it was', async () => {
    const job = newJob({ attempt: 3 });
    await queue(job);
    const started = gate();
    const first = work(
      async (_, { signal }) => {
        started.open();
        await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))));
      },
      { stopWithinMs: 50 },
    );
    await started.passed;
    await first.stop();
    const seen: JobMeta[] = [];
    work(async (_, meta) => {
      seen.push(meta);
    });
    await eventually(isEmpty, { what: 'it is done' });
    expect(seen).toMatchObject([{ attempt: 3, deliveries: 1 }]);
  });

  it('leaves the schedule of what came after alone when a job that failed does not count any more', async () => {
    const job = newJob();
    await queue(job);
    work(
      async () => {
        await putInPlaceOf(job, 'next');
        throw new PlatformError('E_UNAVAILABLE', 'the database is away');
      },
      policy({ stillCounts: async () => false }),
    );
    await eventually(async () => !(await hasJobs(job.accountId)), { what: 'the job is settled' });
    expect(await whatWaits(job)).toBe('next');
    await purgeAccount(ingestion, STREAM.sync, job.accountId);
  });

  it('leaves it alone although it came while the question was asked', async () => {
    const job = newJob();
    await queue(job);
    let asked = 0;
    work(
      async () => {
        throw new PlatformError('E_UNAVAILABLE', 'the vault is away');
      },
      policy({
        stillCounts: async () => {
          asked += 1;
          if (asked > 1) return false;
          await putInPlaceOf(job, 'next');
          return true;
        },
      }),
    );
    await eventually(async () => !(await hasJobs(job.accountId)), { what: 'the job is settled' });
    expect([asked, await whatWaits(job)]).toEqual([2, 'next']);
    await purgeAccount(ingestion, STREAM.sync, job.accountId);
  });

  it('replaces what waits for a later time by a retry of a job that counts', async () => {
    const job = newJob();
    await queue(job);
    const attempts: number[] = [];
    await putInPlaceOf(job, 'later');
    work(async (_, { attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) throw new PlatformError('E_UNAVAILABLE', 'the vault is away');
    });
    await eventually(isEmpty, { what: 'it is done' });
    expect(attempts).toEqual([1, 2]);
  });

  it('waits with the question whether a job counts until the database answers', async () => {
    const job = newJob();
    let asked = 0;
    const attempts: number[] = [];
    await queue(job);
    work(
      async (_, { attempt }) => {
        attempts.push(attempt);
        if (attempt === 1) throw new PlatformError('E_UNAVAILABLE', 'the database is away');
      },
      policy({
        stillCounts: async ({ jobId }) => {
          asked += 1;
          if (asked === 1) throw new PlatformError('E_UNAVAILABLE', 'the database is away');
          return jobId === job.jobId;
        },
      }),
    );
    await eventually(isEmpty, { what: 'it is done' });
    expect([asked, attempts]).toEqual([2, [1, 2]]);
  });

  it('gives a job back to the queue when it is stopped while the database does not answer', async () => {
    const job = newJob();
    await queue(job);
    const asked = gate();
    const failing = work(
      async () => {
        throw new PlatformError('E_UNAVAILABLE', 'the database is away');
      },
      {
        stopWithinMs: 50,
        ...policy({
          stillCounts: async () => {
            asked.open();
            throw new PlatformError('E_UNAVAILABLE', 'the database is away');
          },
        }),
      },
    );
    await asked.passed;
    await failing.stop();
    const seen: JobMeta[] = [];
    work(async (_, meta) => {
      seen.push(meta);
    });
    await eventually(isEmpty, { what: 'it is done' });
    expect(seen).toMatchObject([{ attempt: 1, deliveries: 1 }]);
  });

  it('handles a job again when its dead letter could not be stored', async () => {
    const run = gate();
    const { manager } = ingestion;
    const { config } = await manager.streams.info(STREAM.failed);
    await manager.streams.update(STREAM.failed, { ...config, max_bytes: 1, discard: DiscardPolicy.New });
    await queue(newJob());
    work(async () => {
      run.open();
      throw new PlatformError('E_VIDEO_NOT_OWNED', 'x');
    });
    await run.passed;
    await delay(500);
    expect([await isEmpty(), failed]).toEqual([false, []]);
    await manager.streams.update(STREAM.failed, config);
    await eventually(async () => (await listDeadLetters(gateway)).length === 1, {
      what: 'it is recorded',
      withinMs: 30_000,
    });
    await eventually(isEmpty, { what: 'it is settled' });
    expect(failed).toHaveLength(1);
  });

  it('handles a job again when its failure could not be recorded', async () => {
    let refuse = true;
    let runs = 0;
    await queue(newJob());
    work(
      async () => {
        runs += 1;
        throw new PlatformError('E_VIDEO_NOT_OWNED', 'x');
      },
      policy({
        onFailed: async () => {
          if (refuse) {
            refuse = false;
            throw new Error('the database is down');
          }
        },
      }),
    );
    await eventually(async () => (await listDeadLetters(gateway)).length === 1, {
      what: 'it is recorded',
      withinMs: 45_000,
    });
    await eventually(isEmpty, { what: 'it is settled' });
    expect(runs).toBe(2);
  });
});
