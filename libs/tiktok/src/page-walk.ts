import type { TikTokVideo } from './video.ts';

/**
 * How a creator's library is walked without loss, without end and without asking too often.
 *
 * TikTok's cursor is the last video's second in milliseconds, and a page holds what is strictly older. Two videos of
 * one second on either side of a page's edge would thus part for ever. So the next page is asked for from the end of
 * that second: it repeats the videos of the second (usually one) and brings its other ones. The repeated ones have the
 * same ids and are stored once; the price is one place in twenty (ADR 0014). Source: tiktok-api.md 3.1.
 *
 * Each cursor asked for is lower than the one before, hence no walk is endless. Where TikTok's cursor does not move,
 * the last video's second takes its place; where that does not help either, the walk is stuck and says so.
 */

/** Where a walk stands; `{}` is its beginning. Whoever stores a walk stores all of it. */
export interface WalkPosition {
  /** Ask for what is older than this: Unix milliseconds. Absent for the newest page. */
  readonly cursor?: number;
  /** Pages in a row that were empty or contradicted their cursor. */
  readonly barren?: number;
  /** How many videos of the cursor's last second were shown already: see `withoutRepeated`. */
  readonly repeated?: number;
}

export type WalkStep =
  | { readonly kind: 'next'; readonly position: WalkPosition & { readonly cursor: number } }
  /** TikTok says that there is nothing older. */
  | { readonly kind: 'end' }
  /** TikTok says that there is more, but no way to ask leads on. What was found stays; the next walk begins anew. */
  | { readonly kind: 'stuck'; readonly reason: 'cursor-does-not-move' | 'too-many-barren-pages' };

export interface WalkPage {
  readonly videos: readonly Pick<TikTokVideo, 'createTime'>[];
  readonly cursor?: number;
  readonly hasMore: boolean;
}

/**
 * So many empty pages are borne in a row (TikTok filters what it shows): a thousand hidden videos. After that its cursor
 * is taken to crawl. A crawl is met again by every walk, so what it may cost is little beside a day's 5,000 calls.
 */
export const BARREN_LIMIT = 50;

const SECOND = 1000;
/** A page that was empty although there is more is asked for again from a little lower in the same second. */
const RETRY_STEP = 250;

/** The newest second that a page older than `cursor` can hold. */
const newestSecond = (cursor: number): number => Math.floor((cursor - 1) / SECOND);

/** The ways on from a cursor of whole seconds: with the siblings of its second, then without. A finer cursor is exact. */
const waysOn = (cursor: number): number[] => (cursor % SECOND === 0 ? [cursor + SECOND, cursor] : [cursor]);

const lastCreateTime = (page: WalkPage): number | undefined =>
  page.videos.findLast(({ createTime }) => createTime !== undefined)?.createTime;

/** The ways on from an empty page: within one second slowly, so that what it held back may be asked for again. */
const waysOnFromEmpty = (asked: number, said: number | undefined): number[] => {
  const lower = asked - RETRY_STEP;
  if (said === undefined) return newestSecond(lower) === newestSecond(asked) ? [lower] : [];
  const endOfItsSecond = (Math.floor(said / SECOND) + 1) * SECOND;
  return [endOfItsSecond, ...(lower > said ? [lower] : []), said];
};

const nextCursor = (asked: number, said: number | undefined, last: number | undefined): number | undefined => {
  const leadsOn = (candidate: number): boolean => candidate > 0 && candidate < asked;
  const moved = said !== undefined && leadsOn(said) ? said : undefined;
  return (last === undefined ? waysOnFromEmpty(asked, moved) : waysOn(moved ?? last)).find(leadsOn);
};

const repeatedVideos = (position: WalkPosition, page: WalkPage, cursor: number): number => {
  const second = newestSecond(cursor);
  const before = position.cursor !== undefined && newestSecond(position.cursor) === second ? position.repeated : 0;
  return Math.max(page.videos.filter(({ createTime }) => createTime === second).length, before ?? 0);
};

/** What to ask for after `page`, which was the answer at `position`. A pure function. */
export const advance = (position: WalkPosition, page: WalkPage): WalkStep => {
  if (!page.hasMore) return { kind: 'end' };
  const seconds = lastCreateTime(page);
  const last = seconds === undefined ? undefined : seconds * SECOND;
  const cursor = nextCursor(position.cursor ?? Number.POSITIVE_INFINITY, page.cursor, last);
  if (cursor === undefined) return { kind: 'stuck', reason: 'cursor-does-not-move' };

  const plausible = last !== undefined && page.cursor !== undefined && page.cursor < last + SECOND;
  const barren = plausible ? 0 : (position.barren ?? 0) + 1;
  if (barren > BARREN_LIMIT) return { kind: 'stuck', reason: 'too-many-barren-pages' };

  const repeated = repeatedVideos(position, page, cursor);
  return {
    kind: 'next',
    position: { cursor, ...(barren > 0 ? { barren } : {}), ...(repeated > 0 ? { repeated } : {}) },
  };
};

/**
 * The videos of the page at `position` that were not shown before. For a reader that keeps no ids; whoever stores by
 * id has no need of it. Relies on TikTok keeping the order within one second between two calls.
 */
export const withoutRepeated = <T extends Pick<TikTokVideo, 'createTime'>>(
  position: WalkPosition,
  videos: readonly T[],
): T[] => {
  if (position.cursor === undefined) return [...videos];
  const second = newestSecond(position.cursor);
  let left = position.repeated ?? 0;
  return videos.filter(({ createTime }) => {
    if (left === 0 || createTime !== second) return true;
    left -= 1;
    return false;
  });
};
