import {
  accountUpdated,
  newRequestId,
  refreshScheduled,
  requireServing,
  type Announcement,
  type SyncJob,
} from '@trendpot/contracts';
import type { Account } from './account.ts';
import { syncJobQueued, syncJobScheduled, type Change, type UnnamedSyncJob } from './change.ts';
import { nextWalk } from './next-walk.ts';
import type { Current, Profile } from './ports.ts';
import { mergeVideos, syncedEvents } from './store-videos.ts';
import type { CleanVideo, ListedPage, Onward, StoredVideo } from './video.ts';
import { obsolete } from './walk.ts';
import { newestOfWalk, reachesWalkedGround, walkedUpToAfter } from './walked-ground.ts';

export interface PageContext {
  readonly job: SyncJob;
  readonly page: ListedPage;
  readonly videos: readonly CleanVideo[];
  readonly now: Date;
  /** The creator's name and picture, where they were asked for. */
  readonly profile?: Profile;
}

export interface Intervals {
  /** Milliseconds from the end of a walk to the next one. */
  readonly syncMs: number;
  /** Milliseconds from the end of the first walk to the first refresh of counts. */
  readonly refreshMs: number;
}

/** The change one page makes, and what it means to the log. */
export interface PagePlan extends Change {
  readonly fresh: number;
  readonly foreign: readonly string[];
  readonly ends: boolean;
}

const successorOf = (job: SyncJob, next: Onward, now: Date): UnnamedSyncJob => ({
  version: 1,
  requestId: job.requestId,
  accountId: job.accountId,
  mode: job.mode,
  lane: 'page',
  walkId: job.walkId,
  page: job.page + 1,
  cursor: next.cursor,
  ...(next.barren === undefined ? {} : { barren: next.barren }),
  attempt: 1,
  queuedAt: now.toISOString(),
});

const firstRefresh = (account: Account, now: Date, intervals: Intervals): Announcement =>
  refreshScheduled(
    {
      version: 1,
      requestId: newRequestId(),
      accountId: account.accountId,
      attempt: 1,
      queuedAt: now.toISOString(),
    },
    new Date(now.getTime() + intervals.refreshMs),
  );

/** When the walk of this job began: its first job says so itself. */
const startOf = (job: SyncJob, { sync }: Account): Date | undefined =>
  job.page === 0 ? new Date(job.queuedAt) : sync.startedAt;

/** What follows a page: the next one, or, at the end, the schedules that keep the account going. */
const followUps = (
  plan: { account: Account; job: SyncJob; now: Date },
  next: Onward | undefined,
  intervals: Intervals,
) => {
  const { account, job, now } = plan;
  if (next !== undefined) return [syncJobQueued(successorOf(job, next, now))];
  const walk = syncJobScheduled(
    nextWalk(account.accountId, startOf(job, account), now),
    new Date(now.getTime() + intervals.syncMs),
  );
  return account.state === 'healthy' ? [walk] : [firstRefresh(account, now, intervals), walk];
};

const JUST_NOW_MS = 60_000;

/** Whether a page looks back on this video: the page before it has just stored it, and told of it. */
const isLookedBackOn = (job: SyncJob, { accountId, sync }: Account, known: StoredVideo | undefined, now: Date) =>
  job.page > 0 &&
  known?.accountId === accountId &&
  known.refreshedAt.getTime() === sync.videosAt?.getTime() &&
  now.getTime() - known.refreshedAt.getTime() < JUST_NOW_MS;

/**
 * Decides what one page changes: its videos, the walk's progress, the account's state, the events, and the one job or
 * schedule that follows. Undefined when the page does not count any more.
 *
 * @throws PlatformError when the account may not be written to (see `requireServing`)
 */
export const makePlanPage =
  (intervals: Intervals) =>
  (context: PageContext, current: Current): PagePlan | undefined => {
    const { job, page, videos, now, profile } = context;
    const account = requireServing(job.accountId, current.account);
    if (obsolete(job, account) !== undefined) return undefined;

    const isNews = ({ id }: CleanVideo) => !isLookedBackOn(job, account, current.known.get(id), now);
    const { put, fresh, foreign } = mergeVideos(account, videos.filter(isNews), current, now);
    const reached = reachesWalkedGround(page, account.sync, now);
    const next = job.mode === 'incremental' && fresh === 0 && reached ? undefined : page.next;
    const ends = next === undefined;
    const complete = ends || account.sync.complete;
    const state = ends || account.state === 'healthy' ? 'healthy' : 'syncing';
    const startedAt = startOf(job, account);
    const newest = newestOfWalk(job, page, account.sync, now);
    const walkedUpTo = walkedUpToAfter(job, page, { ...account.sync, newest, reached });
    const progress = { pages: job.page + 1, videos: current.storedVideos + fresh, complete };

    return {
      fresh,
      foreign,
      ends,
      put,
      account: {
        state,
        sync: {
          walkId: job.walkId,
          mode: job.mode,
          ...progress,
          cursor: next?.cursor ?? null,
          ...(startedAt === undefined ? {} : { startedAt }),
          newestAt: newest ?? null,
          ...(ends ? { completedAt: now, walkedUpTo: walkedUpTo ?? null } : {}),
          videosAt: now,
          ...(profile === undefined ? {} : { profileAt: now }),
        },
        ...(ends ? { lastError: null } : {}),
        ...(profile === undefined ? {} : { profile }),
      },
      announce: [
        ...syncedEvents(
          account.accountId,
          put.map((stored) => stored.video),
          progress,
        ),
        ...(state === account.state ? [] : [accountUpdated(account.accountId, 'state', state)]),
        ...followUps({ account, job, now }, next, intervals),
      ],
    };
  };
