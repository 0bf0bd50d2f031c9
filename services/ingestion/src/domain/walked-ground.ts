import type { SyncJob } from '@trendpot/contracts';
import type { Progress } from './account.ts';
import { postedAt, type ListedPage } from './video.ts';

/**
 * How an incremental walk knows that it has come to where earlier walks have been. That a video is stored does not tell:
 * a person's live page or look-up may have stored it, and the sanitizer may have refused all around it. So each walk
 * notes when the newest video it has seen was posted, stored or not; once it is at its end, everything up to then is
 * walked ground.
 */

/** When the newest video of the walk was posted, as its first page with any video tells. */
export const newestOfWalk = (job: SyncJob, page: ListedPage, sync: Progress, now: Date): Date | undefined => {
  const known = job.page === 0 ? undefined : sync.newestAt;
  if (known !== undefined || page.videos.length === 0) return known;
  return new Date(Math.max(...page.videos.map((video) => postedAt(video, now).getTime())));
};

/** Whether a page goes down beyond the second up to which all is walked: siblings of that second may be new. */
export const reachesWalkedGround = ({ videos }: ListedPage, { walkedUpTo }: Progress, now: Date): boolean => {
  const last = videos.at(-1);
  return last !== undefined && walkedUpTo !== undefined && postedAt(last, now) < walkedUpTo;
};

/**
 * Up to when all is walked once this page has ended its walk. An incremental walk that got stuck on its way has left a
 * gap, and the next one must go down there again; a full one has seen what TikTok shows and is not repeated every hour.
 */
export const walkedUpToAfter = (
  job: SyncJob,
  page: ListedPage,
  sync: Progress & { readonly newest: Date | undefined; readonly reached: boolean },
): Date | undefined => {
  const leavesGap = page.stuck !== undefined && job.mode === 'incremental' && !sync.reached;
  return leavesGap ? sync.walkedUpTo : (sync.newest ?? sync.walkedUpTo);
};
