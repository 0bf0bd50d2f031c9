import {
  DeadLetter,
  PlatformError,
  RefreshJob,
  STREAM,
  SyncJob,
  fromFirstAttempt,
  refreshJobSubject,
  syncJobSubject,
} from '@trendpot/contracts';
import { accountOfSubject } from '../jobs/job.ts';
import type { StoredMessage } from '../stored-messages.ts';

export interface StoredDeadLetter {
  /** Its name in every command. */
  readonly sequence: number;
  readonly storedAt: Date;
  readonly letter: DeadLetter;
  /**
   * What trying again costs of TikTok's ceilings at most, if no call fails. Whatever a job leads to (the pages or
   * batches after it, and attempts that fail) is paid as usual. 0 when it cannot be tried again.
   */
  readonly priceInCalls: number;
}

/** A job that can be queued again, from the start. */
export interface RedrivableJob {
  readonly subject: string;
  readonly body: string;
  readonly priceInCalls: number;
}

export const FAILED_STREAM = STREAM.failed;

/** The letter in a message; a message that is none becomes a letter that says so, so that it can be seen and dropped. */
export const readDeadLetter = (message: StoredMessage): StoredDeadLetter => {
  const letter = parseLetter(message);
  const priceInCalls = redrivableJob(letter)?.priceInCalls ?? 0;
  return { sequence: message.sequence, storedAt: message.storedAt, letter, priceInCalls };
};

const parseLetter = (message: StoredMessage): DeadLetter => {
  try {
    return DeadLetter.parse(JSON.parse(new TextDecoder().decode(message.data)));
  } catch {
    return {
      version: 1,
      queue: message.subject.startsWith('tiktok.failed.refresh.') ? 'refresh' : 'sync',
      subject: message.subject.slice(0, 256),
      accountId: 'unknown',
      code: 'E_MALFORMED_MESSAGE',
      message: 'the dead letter itself cannot be read',
      attempts: 0,
      failedAt: message.storedAt.toISOString(),
      body: '',
      truncated: true,
    };
  }
};

/**
 * The batch alone cannot be done again: its round has gone on without it, or has ended, and knows the place of what comes
 * next only. A new round asks for every video, those of the batch included. It must be younger than the round it was
 * given up in, by the clock of whoever gave it up too.
 */
const asNewRound = (job: RefreshJob, { failedAt }: DeadLetter): RefreshJob => {
  const { afterVideoId: _after, roundStartedAt: _started, ...round } = job;
  return { ...round, queuedAt: new Date(Math.max(Date.now(), Date.parse(failedAt) + 1)).toISOString() };
};

/**
 * A job is one page or one batch, which is one call. With the first page of a whole library ingestion also asks for the
 * creator's name and picture, if it is set up to.
 */
const priceOf = (job: SyncJob | RefreshJob): number => ('mode' in job && job.mode === 'full' && job.page === 0 ? 2 : 1);

/** The job of a letter with its attempts counted from 1 again; nothing when it never was a valid job of its account. */
export const redrivableJob = (letter: DeadLetter): RedrivableJob | undefined => {
  if (letter.truncated) return undefined;
  let job: SyncJob | RefreshJob;
  let subject: string;
  try {
    const json: unknown = JSON.parse(Buffer.from(letter.body, 'base64').toString('utf8'));
    if (letter.queue === 'sync') {
      const sync = SyncJob.parse(json);
      [job, subject] = [sync, syncJobSubject(sync.lane, sync.accountId)];
    } else {
      job = asNewRound(RefreshJob.parse(json), letter);
      subject = refreshJobSubject(job.accountId);
    }
  } catch {
    return undefined;
  }
  if (accountOfSubject(letter.subject) !== job.accountId) return undefined;
  return { subject, body: JSON.stringify(fromFirstAttempt(job)), priceInCalls: priceOf(job) };
};

export const noSuchLetter = (sequence: number): PlatformError =>
  new PlatformError('E_NOT_FOUND', `there is no dead letter ${sequence}`);
