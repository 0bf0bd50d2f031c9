import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  CONSUMER,
  PlatformError,
  STREAM,
  SyncJob,
  newAccountId,
  syncJobSubject,
  syncScheduleSubject,
} from '@trendpot/contracts';
import {
  bury,
  connectOwners,
  eventually,
  loseDisk,
  someSyncJob,
  startPlatformNats,
  type PlatformNats,
} from '@trendpot/testing';
import { listDeadLetters } from '../dead-letters/list-dead-letters.ts';
import { redriveDeadLetter } from '../dead-letters/redrive-dead-letter.ts';
import type { Messaging } from '../messaging.ts';
import { publish } from '../publish.ts';
import { messagesOf } from '../stored-messages.ts';
import { consumeJobs } from './consume-jobs.ts';

jest.setTimeout(60_000);

describe('a stream that was lost and made again counts its messages from 1 again', () => {
  let platform: PlatformNats;
  let ingestion: Messaging;
  let gateway: Messaging;
  beforeAll(async () => {
    platform = await startPlatformNats();
    ({ ingestion, gateway } = await connectOwners(platform));
  });
  afterAll(() => platform.stop());

  const queue = async (): Promise<SyncJob> => {
    const job = someSyncJob(newAccountId());
    const { sequence } = await publish(ingestion, {
      subject: syncJobSubject(job.lane, job.accountId),
      body: JSON.stringify(job),
      messageId: job.jobId,
    });
    expect(sequence).toBe(1);
    return job;
  };
  const lose = async (stream: string): Promise<void> => {
    await loseDisk(platform.server, stream);
    await eventually(async () => (await ingestion.manager.streams.info(stream)).state.messages === 0, {
      what: 'the stream being back',
      withinMs: 30_000,
    });
  };
  const givenUp = async (): Promise<string[]> => (await listDeadLetters(gateway)).map(({ letter }) => letter.accountId);

  it('so two jobs of one number have a dead letter each', async () => {
    const worker = consumeJobs(ingestion, {
      stream: STREAM.sync,
      consumer: CONSUMER.syncPage,
      schema: SyncJob,
      handler: async () => {
        throw new PlatformError('E_TIKTOK_REQUEST_REJECTED', 'x');
      },
      onFailure: {
        queue: 'sync',
        backoffMs: 50,
        scheduleSubject: ({ accountId }) => syncScheduleSubject(accountId),
        onFailed: async () => {},
      },
    });
    const { accountId: first } = await queue();
    await eventually(async () => (await givenUp()).length === 1, { what: 'the first dead letter' });
    await lose(STREAM.sync);
    const { accountId: second } = await queue();
    await eventually(async () => (await givenUp()).length === 2, { what: 'the second dead letter', withinMs: 30_000 });
    expect(await givenUp()).toEqual([first, second]);
    await worker.stop();
  });

  it('so two dead letters of one number are both queued again', async () => {
    const redrive = async (): Promise<SyncJob> => {
      const job = someSyncJob(newAccountId());
      expect(await bury(ingestion, job)).toBe(1);
      await redriveDeadLetter(gateway, 1);
      return job;
    };
    await lose(STREAM.failed);
    const first = await redrive();
    await lose(STREAM.failed);
    const second = await redrive();
    const queued: string[] = [];
    for await (const { subject } of messagesOf(ingestion, STREAM.sync)) queued.push(subject.split('.').at(-1) ?? '');
    expect(queued).toEqual([first.accountId, second.accountId]);
  });
});
