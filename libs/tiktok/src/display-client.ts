import { PlatformError, type Dialect } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';
import { openEnvelope } from './display-envelope.ts';
import { invalidResponse, type JsonObject } from './json-body.ts';
import { readProfile, type TikTokProfile } from './profile.ts';
import { createTransport } from './transport.ts';
import { readVideos, type TikTokVideo } from './video.ts';

/** The most videos TikTok gives on a page or for one query. Source: tiktok-api.md 3.1, 3.2. */
export const MAXIMUM_PAGE_SIZE = 20;

const COUNT_FIELDS = ['id', 'like_count', 'comment_count', 'share_count', 'view_count'];
const ALL_FIELDS = [
  ...COUNT_FIELDS,
  'title',
  'video_description',
  'create_time',
  'duration',
  'cover_image_url',
  'share_url',
  'embed_html',
];
const PROFILE_FIELDS = ['open_id', 'display_name', 'avatar_url'];

/**
 * Where a dialect looks videos up by id, and the body it takes there. The alignment notes name their endpoint but not
 * its body; it gets the ids where the project's worker put them and where TikTok documents them for its twin.
 * Decided in ADR 0007. Source: tiktok-api.md 3.5.
 */
const QUERY: Readonly<Record<Dialect, { path: string; body(ids: readonly string[]): JsonObject }>> = {
  alignment: { path: '/v2/video/data/', body: (ids) => ({ video_ids: ids, filters: { video_ids: ids } }) },
  published: { path: '/v2/video/query/', body: (ids) => ({ filters: { video_ids: ids } }) },
};

export interface Call {
  readonly accessToken: Secret;
  /**
   * Called synchronously, on a connected socket, immediately before the request's bytes are handed to it. If it throws,
   * nothing was sent and the call fails with what was thrown. Required: a call that asks no permit does not compile.
   */
  readonly beforeSend: () => void;
  readonly signal?: AbortSignal;
}

export interface VideoPage {
  readonly videos: TikTokVideo[];
  /** Where TikTok says the next, older page begins: Unix milliseconds. */
  readonly cursor?: number;
  readonly hasMore: boolean;
}

/**
 * TikTok's Display API. One HTTP request a call, never repeated here: a repetition needs a permit of its own.
 *
 * Every call throws PlatformError: E_TIKTOK_RATE_LIMITED, E_TIKTOK_UNAVAILABLE, E_TIKTOK_TOKEN_REJECTED,
 * E_SCOPE_MISSING, E_TIKTOK_REQUEST_REJECTED or E_TIKTOK_RESPONSE_INVALID.
 */
export interface DisplayClient {
  /**
   * A page of the creator's public videos, newest first, older than `cursor`. It may be short or empty. It may lack its
   * list: on the newest page for a creator without videos, on an older one where it says whether there are more.
   */
  listVideos(request: Call & { cursor?: number; maxCount: number }): Promise<VideoPage>;
  /** Those of at most twenty videos that TikTok knows for this creator; the others are left out, in no promised order. */
  queryVideos(request: Call & { videoIds: readonly string[]; fields: 'all' | 'counts' }): Promise<TikTokVideo[]>;
  userInfo(request: Call): Promise<TikTokProfile>;
  /**
   * Resolves once a call can be sent without waiting for a connection. What a call may be made under ages: a permit is
   * asked for after this, not before.
   *
   * @throws PlatformError E_TIKTOK_UNAVAILABLE
   */
  connect(signal?: AbortSignal): Promise<void>;
  /** Closes idle connections. */
  close(): void;
}

const readCursor = (value: unknown): number | undefined => {
  const cursor = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof cursor === 'number' && Number.isSafeInteger(cursor) && cursor >= 0 ? cursor : undefined;
};

/**
 * The list of an answer that must have one: without it nobody knows what TikTok has, and "nothing" would delete videos or
 * end a walk in its middle. Only for a creator without videos does TikTok leave it out. Source: tiktok-api.md 3.1.
 */
const listOf = (...candidates: readonly unknown[]): unknown => {
  const list = candidates.find((candidate) => Array.isArray(candidate));
  if (list === undefined) throw invalidResponse('the answer lacks its list of videos');
  return list;
};

export const createDisplayClient = (options: {
  baseUrl: string;
  dialect: Dialect;
  timeoutMs?: number;
}): DisplayClient => {
  const transport = createTransport(options);
  const query = QUERY[options.dialect];

  const call = async (request: Call, path: string, fields: readonly string[], body?: JsonObject) =>
    openEnvelope(
      await transport.send({
        method: body === undefined ? 'GET' : 'POST',
        path: `${path}?fields=${fields.join(',')}`,
        headers: {
          authorization: `Bearer ${request.accessToken.reveal()}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        beforeSend: request.beforeSend,
        signal: request.signal,
      }),
    );

  return {
    async listVideos(request) {
      const data = await call(request, '/v2/video/list/', ALL_FIELDS, {
        max_count: request.maxCount,
        ...(request.cursor === undefined ? {} : { cursor: request.cursor }),
      });
      const cursor = readCursor(data['cursor']);
      const saysWhetherMore = request.cursor === undefined || typeof data['has_more'] === 'boolean';
      const videos = readVideos(saysWhetherMore ? data['videos'] : listOf(data['videos']));
      return { videos, hasMore: data['has_more'] === true, ...(cursor === undefined ? {} : { cursor }) };
    },

    async queryVideos(request) {
      const asked = new Set(request.videoIds);
      if (asked.size === 0) return [];
      if (asked.size > MAXIMUM_PAGE_SIZE) {
        throw new PlatformError('E_TIKTOK_REQUEST_REJECTED', `${asked.size} videos were asked for at once`);
      }
      const fields = request.fields === 'all' ? ALL_FIELDS : COUNT_FIELDS;
      const data = await call(request, query.path, fields, query.body([...asked]));
      return readVideos(listOf(data['videos'], data['metrics'])).filter(({ id }) => asked.has(id));
    },

    userInfo: async (request) => readProfile(await call(request, '/v2/user/info/', PROFILE_FIELDS)),

    connect: (signal) => transport.connect(signal),
    close: () => transport.close(),
  };
};
