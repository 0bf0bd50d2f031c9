import { requireServing, type Announcement, type SyncProgress, type Video } from '@trendpot/contracts';
import type { Account } from './account.ts';
import { videosSynced, type Change } from './change.ts';
import type { Current } from './ports.ts';
import { mergeVideo, type Answer, type CleanVideo, type StoredVideo } from './video.ts';

/** What a number of clean videos mean for what is stored. */
export interface Merged {
  readonly put: readonly StoredVideo[];
  /** How many of them were not stored for this account before. */
  readonly fresh: number;
  /** Videos that are stored for another creator. They stay theirs. */
  readonly foreign: readonly string[];
}

/**
 * Decides, video by video, what is new, what is merged, and what is somebody else's. Counts that were asked for later than
 * these stay.
 */
export const mergeVideos = (
  account: Account,
  { askedAt, videos }: Answer<CleanVideo>,
  current: Pick<Current, 'known' | 'departed'>,
  now: Date,
): Merged => {
  const put: StoredVideo[] = [];
  const foreign: string[] = [];
  let fresh = 0;
  for (const clean of videos) {
    const known = current.known.get(clean.id);
    const isOwn = known?.accountId === account.accountId;
    if (known !== undefined && !isOwn && !current.departed.has(known.accountId)) {
      foreign.push(clean.id);
      continue;
    }
    if (!isOwn) fresh += 1;
    const before = isOwn ? known : undefined;
    const video = mergeVideo(clean, before?.video, now);
    const stored = { accountId: account.accountId, storedAt: before?.storedAt ?? now };
    if (before === undefined || before.refreshedAt <= askedAt) put.push({ ...stored, refreshedAt: askedAt, video });
    else {
      const counts = { ...video.counts, ...before.video.counts };
      put.push({ ...stored, refreshedAt: before.refreshedAt, video: { ...video, counts } });
    }
  }
  return { put, fresh, foreign };
};

const MOST_PER_EVENT = 20;

/** The events for a number of stored videos; none is too large. At least one, so that progress is told. */
export const syncedEvents = (accountId: string, videos: readonly Video[], progress: SyncProgress): Announcement[] => {
  const events: Announcement[] = [];
  for (let from = 0; from === 0 || from < videos.length; from += MOST_PER_EVENT) {
    events.push(videosSynced(accountId, videos.slice(from, from + MOST_PER_EVENT), progress));
  }
  return events;
};

export interface StorePlan extends Change {
  readonly fresh: number;
  readonly foreign: readonly string[];
}

/** Decides what videos that were fetched outside a walk change. */
export const planStore = (accountId: string, answer: Answer<CleanVideo>, current: Current, now: Date): StorePlan => {
  const account = requireServing(accountId, current.account);
  const { put, fresh, foreign } = mergeVideos(account, answer, current, now);
  const stored = current.storedVideos + fresh;
  const progress = { pages: account.sync.pages, videos: stored, complete: account.sync.complete };
  const shown = put.map(({ video }) => video);
  return {
    put,
    fresh,
    foreign,
    account: { sync: { videos: stored } },
    announce: put.length === 0 ? [] : syncedEvents(accountId, shown, progress),
  };
};
