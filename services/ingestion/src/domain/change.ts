import {
  SUBJECT,
  syncJobSubject,
  syncScheduleSubject,
  type AccountState,
  type Announcement,
  type SyncJob,
  type SyncProgress,
  type Video,
} from '@trendpot/contracts';
import type { Progress } from './account.ts';
import type { Profile } from './ports.ts';
import type { StoredVideo } from './video.ts';

/** What becomes of the account; a field that is left out stays, `null` removes it. */
export interface AccountChange {
  readonly state?: AccountState;
  readonly sync?: Partial<Omit<Progress, 'cursor' | 'newestAt' | 'walkedUpTo'>> & {
    readonly cursor?: number | null;
    readonly newestAt?: Date | null;
    readonly walkedUpTo?: Date | null;
    readonly completedAt?: Date;
    readonly profileAt?: Date;
  };
  readonly lastError?: { readonly code: string; readonly at: Date } | null;
  readonly profile?: Profile;
}

/** Everything one transaction stores. */
export interface Change {
  readonly account: AccountChange;
  readonly put: readonly StoredVideo[];
  /** In the order in which they are published. */
  readonly announce: readonly Announcement[];
}

export const videosSynced = (accountId: string, videos: Video[], progress: SyncProgress): Announcement => ({
  subject: SUBJECT.videosUpdate,
  event: true,
  build: (sequence) => ({ version: 1, accountId, sequence, change: 'synced', videos, progress }),
});

/** A job without the id that it is given when it is published. */
export type UnnamedSyncJob = Omit<SyncJob, 'jobId'>;

export const syncJobQueued = (job: UnnamedSyncJob): Announcement => ({
  subject: syncJobSubject(job.lane, job.accountId),
  event: false,
  build: (_sequence, id) => ({ ...job, jobId: id }),
});

export const syncJobScheduled = (job: UnnamedSyncJob, at: Date): Announcement => ({
  subject: syncScheduleSubject(job.accountId),
  event: false,
  build: (_sequence, id) => ({ ...job, jobId: id }),
  schedule: { at, target: syncJobSubject(job.lane, job.accountId) },
});
