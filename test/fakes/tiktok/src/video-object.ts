import type { Creator } from './creators.ts';
import { apiEmbedHtml } from './embed-html.ts';
import type { Knobs } from './knobs.ts';
import { musicOf } from './music.ts';
import { coverUrl, type PictureContext } from './pictures.ts';
import type { StoredVideo } from './stored-video.ts';

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

export interface VideoContext extends PictureContext {
  readonly knobs: Knobs;
  readonly clientKey: string;
}

/** The video with exactly the fields asked for. */
export const videoObject = (
  creator: Creator,
  video: StoredVideo,
  fields: readonly VideoField[],
  context: VideoContext,
): Record<string, unknown> => {
  const { handle } = creator;
  const campaign = `utm_campaign=tt4d_open_api&utm_source=${context.clientKey}`;
  const embed = () =>
    apiEmbedHtml(
      { handle, videoId: video.id, caption: video.caption, music: musicOf(video.id, handle) },
      context.clientKey,
    );
  const values: Record<VideoField, () => unknown> = {
    id: () => video.id,
    create_time: () => video.createTime,
    cover_image_url: () => coverUrl(video, context),
    // Recorded: photo posts are called videos here, too.
    share_url: () => `https://www.tiktok.com/@${handle}/video/${video.id}?${campaign}`,
    video_description: () => video.caption,
    duration: () => (video.photo ? 0 : video.duration),
    height: () => 400,
    width: () => 300,
    title: () => `${video.caption} `,
    embed_html: () => video.embedHtml ?? embed(),
    embed_link: () =>
      `https://www.tiktok.com/player/v1/${video.id}?music_info=1&description=1&autoplay=1&loop=1&${campaign}`,
    like_count: () => video.counts.like_count,
    comment_count: () => video.counts.comment_count,
    share_count: () => video.counts.share_count,
    view_count: () => video.counts.view_count,
    is_aigc: () => false,
  };
  const missing = new Set<string>(context.knobs.countsMissing);
  return Object.fromEntries(fields.filter((field) => !missing.has(field)).map((field) => [field, values[field]()]));
};
