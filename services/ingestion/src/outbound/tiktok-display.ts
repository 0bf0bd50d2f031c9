import {
  advance,
  fromLiveCursor,
  toLiveCursor,
  withoutRepeated,
  type DisplayClient,
  type TikTokVideo,
  type VideoPage,
  type WalkPosition,
} from '@trendpot/tiktok';
import type { CallUnderPermit } from '@trendpot/worker';
import type { CallOptions, Clock, DisplayApi, Lease } from '../domain/ports.ts';
import type { ListedPage, ListedVideo, Onward } from '../domain/video.ts';

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
  { askedAt, page }: { readonly askedAt: Date; readonly page: VideoPage },
  onward: (position: WalkPosition & { readonly cursor: number }) => Onward,
): ListedPage => {
  const step = advance(position, page);
  return {
    askedAt,
    videos: page.videos.map(toListedVideo),
    ...(step.kind === 'next' ? { next: onward(step.position) } : {}),
    ...(step.kind === 'stuck' ? { stuck: step.reason } : {}),
  };
};

/** TikTok's Display API under the call ceilings. */
export const tiktokDisplay = (client: DisplayClient, callUnderPermit: CallUnderPermit, clock: Clock): DisplayApi => {
  const listVideos = (lease: Lease, cursor: number | undefined, maxCount: number, how: CallOptions) =>
    callUnderPermit('video.list', lease.token, how, async (request) => ({
      askedAt: clock(),
      page: await client.listVideos({ ...request, maxCount, ...(cursor === undefined ? {} : { cursor }) }),
    }));

  return {
    async list(lease, { maxCount, ...position }, how) {
      const answer = await listVideos(lease, position.cursor, maxCount, how);
      // What repeats is stored once by its id, so a walk that stores has no use for how many there are.
      return toListedPage(position, answer, ({ repeated: _known, ...next }) => next);
    },

    async livePage(lease, { cursor, maxCount }, how) {
      const position = fromLiveCursor(cursor);
      const answer = await listVideos(lease, position.cursor, maxCount, how);
      const { videos, ...onward } = toListedPage(position, answer, (next) => ({ cursor: toLiveCursor(next) }));
      const fresh = new Set(withoutRepeated(position, answer.page.videos).map(({ id }) => id));
      return { ...onward, videos: videos.filter(({ videoId }) => fresh.has(videoId)) };
    },

    async query(lease, videoIds, how) {
      return callUnderPermit('video.data', lease.token, how, async (request) => {
        const askedAt = clock();
        const videos = await client.queryVideos({ ...request, videoIds, fields: 'all' });
        return { askedAt, videos: videos.map(toListedVideo) };
      });
    },

    async profile(lease, how) {
      const { displayName, avatarUrl } = await callUnderPermit('user.info', lease.token, how, (request) =>
        client.userInfo(request),
      );
      return {
        ...(displayName === undefined ? {} : { displayName }),
        ...(avatarUrl === undefined ? {} : { avatarUrl }),
      };
    },
  };
};
