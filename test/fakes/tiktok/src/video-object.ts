import type { Creator, StoredVideo } from './creators.ts';
import { embedHtml } from './embed-html.ts';
import type { Knobs } from './knobs.ts';

/** Every field of TikTok's video object. */
export const VIDEO_FIELDS = [
  'id',
  'create_time',
  'cover_image_url',
  'share_url',
  'video_description',
  'duration',
  'height',
  'width',
  'title',
  'embed_html',
  'embed_link',
  'like_count',
  'comment_count',
  'share_count',
  'view_count',
  'is_aigc',
] as const;
export type VideoField = (typeof VIDEO_FIELDS)[number];

export interface VideoContext {
  readonly knobs: Knobs;
  readonly clientKey: string;
  readonly ownUrl: string;
  readonly now: number;
}

const SIX_HOURS = 6 * 3600;

const coverUrl = (video: StoredVideo, { knobs, ownUrl, now }: VideoContext): string => {
  const expires = Math.floor(now / 1000) + SIX_HOURS;
  const query = `x-expires=${expires}&x-signature=${video.id.slice(0, 8)}%3D&t=4d5b0474&refresh_token=f8b9eb8e`;
  return knobs.coverHost === 'self'
    ? `${ownUrl}/thumbnails/${video.id}.svg?${query}`
    : `https://p16-sign-sg.tiktokcdn.com/tos-alisg-p-0037/${video.id}~tplv-tiktokx-cropcenter-q:300:400:q70.webp?${query}`;
};

/** The video with exactly the fields asked for. */
export const videoObject = (
  creator: Creator,
  video: StoredVideo,
  fields: readonly VideoField[],
  context: VideoContext,
): Record<string, unknown> => {
  const campaign = `utm_campaign=tt4d_open_api&utm_source=${context.clientKey}`;
  const whole: Record<VideoField, unknown> = {
    id: video.id,
    create_time: video.createTime,
    cover_image_url: coverUrl(video, context),
    share_url: `https://www.tiktok.com/@${creator.handle}/video/${video.id}?${campaign}`,
    video_description: video.caption,
    duration: video.photo ? 0 : video.duration,
    height: 400,
    width: 300,
    title: `${video.caption} `,
    embed_html: video.embedHtml ?? embedHtml(creator.handle, video.id, video.caption, context.clientKey),
    embed_link: `https://www.tiktok.com/player/v1/${video.id}?music_info=1&description=1&autoplay=1&loop=1&${campaign}`,
    ...video.counts,
    is_aigc: false,
  };
  const missing = new Set<string>(context.knobs.countsMissing);
  return Object.fromEntries(fields.filter((field) => !missing.has(field)).map((field) => [field, whole[field]]));
};
