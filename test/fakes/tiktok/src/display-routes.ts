import express, { type Request, type Response, type Router } from 'express';
import { FAULT, invalidParams, sendData, sendFault, type ApiFault } from './envelope.ts';
import { pageOfVideos, type PageOfVideos } from './page-of-videos.ts';
import { recordCalls } from './recorder.ts';
import { singleVideoScope } from './scopes.ts';
import type { Creator } from './creators.ts';
import type { Grant } from './grants.ts';
import type { FakeState } from './state.ts';
import { VIDEO_FIELDS, videoObject, type VideoField } from './video-object.ts';

const MAXIMUM_COUNT = 20;
const DEFAULT_COUNT = 10;
const USER_FIELDS = ['open_id', 'union_id', 'avatar_url', 'avatar_url_100', 'avatar_large_url', 'display_name'];

interface Caller {
  readonly grant: Grant;
  readonly creator: Creator;
}

const isFault = <T extends object>(value: T | ApiFault): value is ApiFault => 'status' in value;

const caller = (state: FakeState, request: Request, scope: string): Caller | ApiFault => {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const grant = token === undefined ? undefined : state.grants.byAccessToken(token);
  const creator = grant === undefined ? undefined : state.creators.get(grant.creator);
  if (grant === undefined || creator === undefined) return FAULT.tokenInvalid;
  return grant.scopes.includes(scope) ? { grant, creator } : FAULT.scopeNotAuthorized;
};

const fieldsOf = (request: Request, known: readonly string[]): readonly string[] | ApiFault => {
  const asked = typeof request.query['fields'] === 'string' ? request.query['fields'].split(',').filter(Boolean) : [];
  if (asked.length === 0) return invalidParams('The fields parameter is required.');
  const unknown = asked.filter((field) => !known.includes(field));
  return unknown.length === 0 ? asked : invalidParams(`Unknown fields: ${unknown.join(',')}`);
};

const contextOf = (state: FakeState, { grant }: Caller) => ({
  knobs: state.knobs,
  clientKey: grant.clientKey,
  ownUrl: state.ownUrl,
  now: Date.now(),
});

const listVideos =
  (state: FakeState) =>
  (request: Request, response: Response): void => {
    const refuse = (fault: ApiFault): void => sendFault(response, state.knobs, fault);
    const who = caller(state, request, 'video.list');
    if (isFault(who)) return refuse(who);
    const fields = fieldsOf(request, VIDEO_FIELDS);
    if (isFault(fields)) return refuse(fields);
    const body = (request.body ?? {}) as { cursor?: unknown; max_count?: unknown };
    const { cursor, max_count: maxCount = DEFAULT_COUNT } = body;
    if (cursor !== undefined && !Number.isSafeInteger(cursor))
      return refuse(invalidParams('cursor must be a number of milliseconds.'));
    if (!Number.isInteger(maxCount) || (maxCount as number) < 1 || (maxCount as number) > MAXIMUM_COUNT) {
      return refuse(invalidParams('max_count must be between 1 and 20.'));
    }
    const library = who.creator.videos.filter(({ hidden }) => !hidden);
    if (library.length === 0 && state.knobs.emptyLibrary === 'no-data') return sendData(response, undefined);
    const page = pageOfVideos(library, cursor as number | undefined, maxCount as number, state.knobs);
    const number = state.pagesServed.get(who.creator.handle) ?? 0;
    const first = cursor === undefined || cursor === 0;
    const pageNumber = first ? 1 : number + 1;
    state.pagesServed.set(who.creator.handle, pageNumber);
    const emptied = state.knobs.emptyPage === pageNumber && page.hasMore;
    const repeats = !first && state.knobs.repeatCursor > 0;
    if (repeats) state.knobs.repeatCursor -= 1;
    sendData(response, {
      videos: emptied
        ? []
        : page.videos.map((video) => videoObject(who.creator, video, fields as VideoField[], contextOf(state, who))),
      cursor: answeredCursor({ page, cursor: cursor as number | undefined, repeats, emptied }),
      has_more: repeats || page.hasMore,
    });
  };

interface Answer {
  readonly page: PageOfVideos;
  readonly cursor: number | undefined;
  readonly repeats: boolean;
  readonly emptied: boolean;
}

/** An emptied page moves by one millisecond only, so that its videos come with the next request. */
const answeredCursor = ({ page, cursor, repeats, emptied }: Answer): number => {
  if (repeats) return cursor ?? page.cursor;
  const first = page.videos[0];
  return emptied && first !== undefined ? first.createTime * 1000 + 1 : page.cursor;
};

const queryVideos =
  (state: FakeState) =>
  (request: Request, response: Response): void => {
    const refuse = (fault: ApiFault): void => sendFault(response, state.knobs, fault);
    const who = caller(state, request, singleVideoScope(state.knobs.dialect));
    if (isFault(who)) return refuse(who);
    const fields = fieldsOf(request, VIDEO_FIELDS);
    if (isFault(fields)) return refuse(fields);
    const ids = (request.body as { filters?: { video_ids?: unknown } } | undefined)?.filters?.video_ids;
    if (
      !Array.isArray(ids) ||
      ids.length === 0 ||
      ids.length > MAXIMUM_COUNT ||
      ids.some((id) => typeof id !== 'string')
    ) {
      return refuse(invalidParams('filters.video_ids must hold 1 to 20 strings.'));
    }
    const wanted = new Set(ids as string[]);
    const found = who.creator.videos.filter((video) => wanted.has(video.id) && !video.hidden);
    const growth = state.knobs.countGrowth;
    for (const { counts } of found) {
      counts.view_count += growth;
      counts.like_count += growth;
      counts.comment_count += growth;
      counts.share_count += growth;
    }
    sendData(response, {
      videos: found.map((video) => videoObject(who.creator, video, fields as VideoField[], contextOf(state, who))),
    });
  };

const userInfo =
  (state: FakeState) =>
  (request: Request, response: Response): void => {
    const who = caller(state, request, 'user.info.basic');
    if (isFault(who)) return sendFault(response, state.knobs, who);
    const fields = fieldsOf(request, [...USER_FIELDS, 'username', 'follower_count']);
    if (isFault(fields)) return sendFault(response, state.knobs, fields);
    if (fields.some((field) => !USER_FIELDS.includes(field)))
      return sendFault(response, state.knobs, FAULT.scopeNotAuthorized);
    const avatar = `https://p16-sign-sg.tiktokcdn.com/tos-avt-0068-tx/${who.creator.handle}~c5_168x168.jpeg`;
    const user: Record<string, string> = {
      open_id: who.creator.openId,
      union_id: `union-${who.creator.handle}`,
      avatar_url: avatar,
      avatar_url_100: avatar,
      avatar_large_url: avatar,
      display_name: who.creator.displayName,
    };
    sendData(response, { user: Object.fromEntries(fields.map((field) => [field, user[field]])) });
  };

/** The Display API. The endpoint for single videos differs between the dialects; the other one's does not exist. */
export const displayRoutes = (state: FakeState): Router => {
  const router = express.Router();
  const record = recordCalls(state, 'display');
  router.use(['/v2/user', '/v2/video'], (request, response, next) => void record(request, response, next));
  router.use(express.json({ limit: '64kb' }));
  const only =
    (dialect: string, handler: (request: Request, response: Response) => void) =>
    (request: Request, response: Response) =>
      state.knobs.dialect === dialect ? handler(request, response) : sendFault(response, state.knobs, FAULT.notFound);
  router.get('/v2/user/info/', userInfo(state));
  router.post('/v2/video/list/', listVideos(state));
  router.post('/v2/video/query/', only('published', queryVideos(state)));
  router.post('/v2/video/data/', only('alignment', queryVideos(state)));
  return router;
};
