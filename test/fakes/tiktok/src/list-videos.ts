import type { Request } from 'express';
import { bodyOf, callerOf, DisplayFault, fieldsOf, type Caller } from './display-request.ts';
import { invalidParams } from './envelope.ts';
import { pageOfVideos, type PageOfVideos } from './page-of-videos.ts';
import type { FakeState } from './state.ts';
import { VIDEO_FIELDS, videoObject, type VideoContext } from './video-object.ts';

export const MAXIMUM_COUNT = 20;
const DEFAULT_COUNT = 10;

export const contextOf = (state: FakeState, { grant }: Caller): VideoContext => ({
  knobs: state.knobs,
  clientKey: grant.clientKey,
  ownUrl: state.ownUrl,
  now: Date.now(),
});

interface Paging {
  readonly cursor: number | undefined;
  readonly maxCount: number;
}

const isCursor = (value: unknown): value is number | undefined =>
  value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0);

const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAXIMUM_COUNT;

const pagingOf = (request: Request): Paging => {
  const { cursor, max_count: maxCount = DEFAULT_COUNT } = bodyOf(request, ['cursor', 'max_count']);
  if (!isCursor(cursor)) throw new DisplayFault(invalidParams('cursor must be a number of milliseconds.'));
  if (!isCount(maxCount)) throw new DisplayFault(invalidParams(`max_count must be 1 to ${MAXIMUM_COUNT}.`));
  return { cursor: cursor === 0 ? undefined : cursor, maxCount };
};

/** Counts the pages of a creator's walk, for the knob that empties one. */
const pageNumber = (state: FakeState, handle: string, { cursor }: Paging): number => {
  const number = cursor === undefined ? 1 : (state.pagesServed.get(handle) ?? 1) + 1;
  state.pagesServed.set(handle, number);
  return number;
};

/** An emptied page stops just short of its newest video, so that nothing is lost with it. */
const emptied = (page: PageOfVideos, sameSecond: VideoContext['knobs']['sameSecond']): PageOfVideos => {
  const [first] = page.videos;
  if (first === undefined) return page;
  const position = sameSecond === 'split' ? first.createTime * 1000 : first.postedAt;
  return { videos: [], cursor: position + 1, hasMore: true };
};

/** Empty, and its cursor leads nearly nowhere. */
const crawled = (cursor: number): Record<string, unknown> => ({ videos: [], cursor: cursor - 1, has_more: true });

/** `data` of `/v2/video/list/`; undefined when the answer has none. */
export const listVideos = (state: FakeState, request: Request): Record<string, unknown> | undefined => {
  const { knobs } = state;
  const who = callerOf(state, request, 'video.list');
  const fields = fieldsOf(request, VIDEO_FIELDS);
  const paging = pagingOf(request);
  const library = who.creator.videos.filter(({ hidden }) => !hidden);
  if (library.length === 0 && knobs.emptyLibrary === 'no-data') return undefined;
  if (paging.cursor !== undefined && knobs.crawlingCursor > 0) {
    knobs.crawlingCursor -= 1;
    return crawled(paging.cursor);
  }
  const found = pageOfVideos(library, paging.cursor, paging.maxCount, knobs);
  const number = pageNumber(state, who.creator.handle, paging);
  const page = knobs.emptyPage === number && found.hasMore ? emptied(found, knobs.sameSecond) : found;
  const repeats = paging.cursor !== undefined && knobs.repeatCursor > 0;
  if (repeats) knobs.repeatCursor -= 1;
  const context = contextOf(state, who);
  return {
    videos: page.videos.map((video) => videoObject(who.creator, video, fields, context)),
    cursor: repeats ? paging.cursor : page.cursor,
    has_more: repeats || page.hasMore,
  };
};
