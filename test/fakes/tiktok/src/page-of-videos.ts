import type { Knobs } from './knobs.ts';
import type { StoredVideo } from './stored-video.ts';

export interface PageOfVideos {
  readonly videos: readonly StoredVideo[];
  /** Unix milliseconds. */
  readonly cursor: number;
  readonly hasMore: boolean;
}

export type PagingKnobs = Pick<Knobs, 'shortPages' | 'sameSecond'>;
type Listed = Pick<StoredVideo, 'createTime' | 'postedAt'>;

/**
 * The videos posted strictly before the cursor, newest first; `library` is sorted that way. No page holds more than
 * `maxCount`. What becomes of videos of one second is the knob `sameSecond`:
 *
 * - `split`: the cursor is the last video's full second, as recorded, whoever else was posted in it. A plain client loses
 *   siblings; one that asks from the end of that second finds them, unless that second alone fills a page.
 * - `together`: a page ends before a second that would be split, so that a plain client loses nothing. A second that
 *   fills the page is split at a cursor with milliseconds, which is exact.
 * - `repeated`: the next page begins with the videos of this page's last second again, hence duplicates; at least one
 *   video of the page is never repeated, so that every client gets on.
 */
export const pageOfVideos = (
  library: readonly StoredVideo[],
  cursor: number | undefined,
  maxCount: number,
  { shortPages, sameSecond }: PagingKnobs,
): PageOfVideos => {
  const position = sameSecond === 'split' ? fullSecond : postedAt;
  const start = firstBefore(library, cursor === undefined || cursor === 0 ? Infinity : cursor, position);
  const wanted = shortPages ? Math.ceil(maxCount / 3) : maxCount;
  let end = Math.min(start + wanted, library.length);
  if (sameSecond === 'together') end = wholeSeconds(library, start, end);
  const videos = library.slice(start, end);
  const last = videos.at(-1);
  if (last === undefined) return { videos, cursor: cursor ?? 0, hasMore: false };
  const hasMore = end < library.length;
  // Two above, so that a page that is emptied has room for a cursor between.
  const again = sameSecond === 'repeated' && hasMore ? firstToRepeat(videos, last) : undefined;
  return { videos, cursor: again === undefined ? position(last) : position(again) + 2, hasMore };
};

const fullSecond = ({ createTime }: Listed): number => createTime * 1000;
const postedAt = (video: Listed): number => video.postedAt;

const firstBefore = (library: readonly Listed[], before: number, position: (video: Listed) => number): number => {
  let low = 0;
  let high = library.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const video = library[middle];
    if (video === undefined || position(video) < before) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** The end of the page, moved before the second it would split; where it was when that second is all the page holds. */
const wholeSeconds = (library: readonly Listed[], start: number, end: number): number => {
  const second = library[end]?.createTime;
  let shorter = end;
  while (shorter > start && library[shorter - 1]?.createTime === second) shorter -= 1;
  return shorter > start ? shorter : end;
};

/** The newest video of the page's last second, its very first video excepted. */
const firstToRepeat = (videos: readonly StoredVideo[], last: StoredVideo): StoredVideo | undefined =>
  videos.slice(1).find(({ createTime }) => createTime === last.createTime);
