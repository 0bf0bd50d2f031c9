import type { StoredVideo } from './creators.ts';
import type { Knobs } from './knobs.ts';

export interface PageOfVideos {
  readonly videos: readonly StoredVideo[];
  /** Unix milliseconds: the last video's second. */
  readonly cursor: number;
  readonly hasMore: boolean;
}

export type PagingKnobs = Pick<Knobs, 'shortPages' | 'sameSecond'>;

/**
 * The videos posted before the cursor, newest first. `library` is sorted that way. What happens to videos of one second
 * at the edge of a page is a knob: TikTok's cursor cannot tell them apart.
 */
export const pageOfVideos = (
  library: readonly StoredVideo[],
  cursor: number | undefined,
  maxCount: number,
  knobs: PagingKnobs,
): PageOfVideos => {
  const before = cursor === undefined || cursor === 0 ? Infinity : cursor;
  const start = firstBefore(library, before);
  const wanted = knobs.shortPages ? Math.max(1, Math.ceil(maxCount / 3)) : maxCount;
  let end = Math.min(start + wanted, library.length);
  const splits = end < library.length && library[end]?.createTime === library[end - 1]?.createTime;
  if (splits && knobs.sameSecond === 'together') end = wholeSeconds(library, start, end);
  const videos = library.slice(start, end);
  const last = videos.at(-1);
  if (last === undefined) return { videos, cursor: cursor ?? 0, hasMore: false };
  const repeats = splits && knobs.sameSecond === 'repeated';
  return { videos, cursor: last.createTime * 1000 + (repeats ? 1 : 0), hasMore: end < library.length };
};

const firstBefore = (library: readonly StoredVideo[], before: number): number => {
  let low = 0;
  let high = library.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((library[middle]?.createTime ?? 0) * 1000 < before) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Ends the page before the second that would be split; a second longer than the page is served whole. */
const wholeSeconds = (library: readonly StoredVideo[], start: number, end: number): number => {
  const second = library[end]?.createTime;
  let shorter = end;
  while (shorter > start && library[shorter - 1]?.createTime === second) shorter -= 1;
  if (shorter > start) return shorter;
  let longer = end;
  while (longer < library.length && library[longer]?.createTime === second) longer += 1;
  return longer;
};
