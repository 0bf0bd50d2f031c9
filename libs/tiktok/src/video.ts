import { VideoId, type Counts } from '@trendpot/contracts';
import { z } from 'zod';
import { canonicalShareUrl } from './share-url.ts';

/** A video as TikTok describes it, in our words. Nothing but the id is certain; its texts and markup are untrusted. */
export interface TikTokVideo {
  readonly id: string;
  readonly title?: string;
  readonly description?: string;
  /** Unix seconds, while cursors are milliseconds. */
  readonly createTime?: number;
  readonly durationSeconds?: number;
  /** Signed, and of any host so far. */
  readonly coverUrl?: string;
  /** Canonical, on https://www.tiktok.com, without a query. */
  readonly shareUrl?: string;
  readonly embedHtml?: string;
  /** A count that TikTok left out is absent: missing is not zero. */
  readonly counts: Counts;
}

/** A field of the wrong kind counts as absent: one odd field must not cost a video. */
const optional = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const text = optional(z.string().min(1));
const natural = optional(z.number().int().min(0).max(Number.MAX_SAFE_INTEGER));
/** A time that can be written down; what is said to lie beyond the year 9999 is no time. */
const second = optional(z.number().int().min(1).max(253_402_300_799));

const counts = {
  like_count: natural,
  comment_count: natural,
  share_count: natural,
  view_count: natural,
  digg_count: natural,
  play_count: natural,
};

/** An id as a number is taken only while it is exact. */
const id = z.union([z.string(), z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).transform(String)]).pipe(VideoId);

const Wire = z.object({
  id: optional(id),
  video_id: optional(id),
  title: text,
  video_description: text,
  create_time: second,
  duration: natural,
  cover_image_url: text,
  share_url: text,
  embed_html: text,
  ...counts,
  /** Where the alignment notes' API puts its counts. Source: tiktok-api.md 3.5. */
  stats: optional(z.object(counts)),
});

const present = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;

/** The video, or `undefined` when it cannot be told which one it is. */
export const readVideo = (value: unknown): TikTokVideo | undefined => {
  const wire = Wire.safeParse(value).data;
  const videoId = wire?.id ?? wire?.video_id;
  if (wire === undefined || videoId === undefined) return undefined;
  const { stats } = wire;
  return {
    id: videoId,
    ...present({
      title: wire.title,
      description: wire.video_description,
      createTime: wire.create_time,
      durationSeconds: wire.duration,
      coverUrl: wire.cover_image_url,
      shareUrl: canonicalShareUrl(wire.share_url, videoId),
      embedHtml: wire.embed_html,
    }),
    counts: present({
      views: wire.view_count ?? wire.play_count ?? stats?.view_count ?? stats?.play_count,
      likes: wire.like_count ?? wire.digg_count ?? stats?.like_count ?? stats?.digg_count,
      comments: wire.comment_count ?? stats?.comment_count,
      shares: wire.share_count ?? stats?.share_count,
    }),
  };
};

/** The videos of a list, each once: a repeated id is the same video, and the first description of it counts. */
export const readVideos = (list: unknown): TikTokVideo[] => {
  const byId = new Map<string, TikTokVideo>();
  for (const item of Array.isArray(list) ? (list as unknown[]) : []) {
    const video = readVideo(item);
    if (video !== undefined && !byId.has(video.id)) byId.set(video.id, video);
  }
  return [...byId.values()];
};
