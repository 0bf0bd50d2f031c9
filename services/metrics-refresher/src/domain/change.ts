import {
  newRequestId,
  refreshJobSubject,
  SUBJECT,
  type AccountState,
  type Announcement,
  type RefreshJob,
  type VideosUpdate,
} from '@trendpot/contracts';
import type { Account, Round } from './account.ts';
import { queueTime, roundOf } from './round.ts';
import type { Refreshed } from './video.ts';

/** What becomes of the account; a field that is left out stays, `null` removes it. */
export interface AccountChange {
  readonly state?: AccountState;
  readonly round?: Round;
  readonly metricsAt?: Date;
  readonly lastError?: { readonly code: string; readonly at: Date } | null;
}

/** Everything one transaction stores. */
export interface Change {
  readonly account: AccountChange;
  readonly videos: readonly Refreshed[];
  /** When TikTok was asked for what is new of the videos; left out where there are none. */
  readonly refreshedAt?: Date;
  readonly at: Date;
  /** In the order in which they are published. */
  readonly announce: readonly Announcement[];
}

type MetricsEntry = Extract<VideosUpdate, { change: 'metrics' }>['videos'][number];

export const metricsRefreshed = (accountId: string, videos: MetricsEntry[]): Announcement => ({
  subject: SUBJECT.videosUpdate,
  event: true,
  build: (sequence) => ({ version: 1, accountId, sequence, change: 'metrics', videos }),
});

export const videosRemoved = (accountId: string, videoIds: string[]): Announcement => ({
  subject: SUBJECT.videosUpdate,
  event: true,
  build: (sequence) => ({ version: 1, accountId, sequence, change: 'removed', videoIds }),
});

/** A job without the id that it is given when it is published. */
export type UnnamedRefreshJob = Omit<RefreshJob, 'jobId'>;

/** The job that begins a round. */
export const newRound = (account: Account, now: Date): UnnamedRefreshJob => ({
  version: 1,
  requestId: newRequestId(),
  accountId: account.accountId,
  attempt: 1,
  queuedAt: queueTime(account, now).toISOString(),
});

/** The job that goes on with a round after a video. */
export const nextBatch = (job: RefreshJob, afterVideoId: string, now: Date): UnnamedRefreshJob => ({
  version: 1,
  requestId: job.requestId,
  accountId: job.accountId,
  afterVideoId,
  roundStartedAt: roundOf(job).toISOString(),
  attempt: 1,
  queuedAt: now.toISOString(),
});

export const refreshQueued = (job: UnnamedRefreshJob): Announcement => ({
  subject: refreshJobSubject(job.accountId),
  event: false,
  build: (_sequence, id) => ({ ...job, jobId: id }),
});
