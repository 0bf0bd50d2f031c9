import { toPlatformError } from '@trendpot/contracts';
import type { Permit, Permits } from '@trendpot/messaging';
import {
  advance,
  fromLiveCursor,
  toLiveCursor,
  withoutRepeated,
  type Call,
  type DisplayClient,
  type TikTokVideo,
  type VideoPage,
  type WalkPosition,
} from '@trendpot/tiktok';
import type { CallKind, CallOptions, DisplayApi, Lease } from '../domain/ports.ts';
import type { ListedPage, ListedVideo, Onward } from '../domain/video.ts';

export type Endpoint = 'video.list' | 'video.data' | 'user.info';

export interface CallMeter {
  /** A call was sent; `code` is that of its error, if it failed. */
  called(endpoint: Endpoint, seconds: number, code: string | undefined): void;
  /** A permit was had. */
  waited(kind: CallKind, seconds: number): void;
}

const secondsSince = (instant: number): number => (performance.now() - instant) / 1000;

/** A lease is not kept in hand longer than this while waiting for a permit. */
const LONGEST_WAIT_MS = 15_000;

const toListedVideo = (video: TikTokVideo): ListedVideo => {
  const caption = video.description ?? video.title;
  return {
    videoId: video.id,
    counts: video.counts,
    ...(video.createTime === undefined ? {} : { createdAt: new Date(video.createTime * 1000) }),
    ...(video.durationSeconds === undefined ? {} : { durationSeconds: video.durationSeconds }),
    ...(caption === undefined ? {} : { caption }),
    ...(video.shareUrl === undefined ? {} : { shareUrl: video.shareUrl }),
    ...(video.embedHtml === undefined ? {} : { embedHtml: video.embedHtml }),
    ...(video.coverUrl === undefined ? {} : { thumbnailUrl: video.coverUrl }),
  };
};

/** The page for the domain, and where to go on by the rules of the walk. */
const toListedPage = (
  position: WalkPosition,
  page: VideoPage,
  onward: (position: WalkPosition & { readonly cursor: number }) => Onward,
): ListedPage => {
  const step = advance(position, page);
  return {
    videos: page.videos.map(toListedVideo),
    ...(step.kind === 'next' ? { next: onward(step.position) } : {}),
    ...(step.kind === 'stuck' ? { stuck: step.reason } : {}),
  };
};

/** TikTok's Display API under the call ceilings. */
export const tiktokDisplay = (options: { client: DisplayClient; permits: Permits; meter: CallMeter }): DisplayApi => {
  const { client, permits, meter } = options;

  const send = <T>(
    endpoint: Endpoint,
    lease: Lease,
    how: CallOptions,
    call: (request: Call) => Promise<T>,
  ): Promise<T> => {
    const signal = how.signal === undefined ? {} : { signal: how.signal };
    const deadlineMs = Math.min(how.permitWaitMs ?? LONGEST_WAIT_MS, LONGEST_WAIT_MS);
    const askedAt = performance.now();
    const underPermit = async (permit: Permit): Promise<T> => {
      meter.waited(how.kind, secondsSince(askedAt));
      let sentAt: number | undefined;
      const report = (code: string | undefined): void => {
        if (sentAt !== undefined) meter.called(endpoint, secondsSince(sentAt), code);
      };
      const beforeSend = (): void => {
        permit.beforeSend();
        sentAt = performance.now();
      };
      try {
        const answer = await call({ accessToken: lease.token, beforeSend, ...signal });
        report(undefined);
        return answer;
      } catch (error) {
        report(toPlatformError(error).code);
        throw error;
      }
    };
    return permits.withPermit(how.kind, underPermit, { ...signal, deadlineMs, endpoint });
  };

  const listVideos = (lease: Lease, cursor: number | undefined, maxCount: number, how: CallOptions) =>
    send('video.list', lease, how, (request) =>
      client.listVideos({ ...request, maxCount, ...(cursor === undefined ? {} : { cursor }) }),
    );

  return {
    async list(lease, { maxCount, ...position }, how) {
      const page = await listVideos(lease, position.cursor, maxCount, how);
      // What repeats is stored once by its id, so a walk that stores has no use for how many there are.
      return toListedPage(position, page, ({ repeated: _known, ...next }) => next);
    },

    async livePage(lease, { cursor, maxCount }, how) {
      const position = fromLiveCursor(cursor);
      const page = await listVideos(lease, position.cursor, maxCount, how);
      const { videos, ...onward } = toListedPage(position, page, (next) => ({ cursor: toLiveCursor(next) }));
      const fresh = new Set(withoutRepeated(position, page.videos).map(({ id }) => id));
      return { ...onward, videos: videos.filter(({ videoId }) => fresh.has(videoId)) };
    },

    async query(lease, videoIds, how) {
      const videos = await send('video.data', lease, how, (request) =>
        client.queryVideos({ ...request, videoIds, fields: 'all' }),
      );
      return videos.map(toListedVideo);
    },

    async profile(lease, how) {
      const { displayName, avatarUrl } = await send('user.info', lease, how, (request) => client.userInfo(request));
      return {
        ...(displayName === undefined ? {} : { displayName }),
        ...(avatarUrl === undefined ? {} : { avatarUrl }),
      };
    },

    turn: ({ kind, signal }, wasRefused) =>
      permits.turn(kind, { wasRefused, ...(signal === undefined ? {} : { signal }) }),
  };
};
