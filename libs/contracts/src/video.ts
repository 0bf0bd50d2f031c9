import { z } from 'zod';
import { VideoId } from './identifiers.ts';

const Count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** The four aggregate counts, and nothing else of a video's audience. A count TikTok left out stays unknown: missing is not zero. */
export const Counts = z.strictObject({
  views: Count.optional(),
  likes: Count.optional(),
  comments: Count.optional(),
  shares: Count.optional(),
});
export type Counts = z.infer<typeof Counts>;

const Https = z.url({ protocol: /^https$/ }).max(2048);

/** What is left of an embed once it is safe: rebuilt from the video's id, never forwarded. */
export const SafeEmbed = z.strictObject({
  videoId: VideoId,
  /** Markup of our own making: one sandboxed iframe of TikTok's player. */
  html: z.string().max(2048),
  playerUrl: Https,
});
export type SafeEmbed = z.infer<typeof SafeEmbed>;

/** A signed picture address that dies after hours. */
export const Thumbnail = z.strictObject({ url: z.url().max(2048), expiresAt: z.iso.datetime() });
export type Thumbnail = z.infer<typeof Thumbnail>;

/** A public video as this platform stores and shows it. */
export const Video = z.strictObject({
  id: VideoId,
  /** Canonical, without TikTok's tracking query. */
  shareUrl: Https,
  /** Plain text; markup is text here and must be escaped like any other. */
  caption: z.string().max(2200),
  createdAt: z.iso.datetime(),
  durationSeconds: z.number().int().min(0).optional(),
  embed: SafeEmbed,
  /** Absent when its host is not one of TikTok's. */
  thumbnail: Thumbnail.optional(),
  counts: Counts,
});
export type Video = z.infer<typeof Video>;
