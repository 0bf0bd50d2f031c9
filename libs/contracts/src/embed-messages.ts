import { z } from 'zod';
import { RequestId, VideoId } from './identifiers.ts';
import { replySchema } from './reply.ts';
import { SafeEmbed } from './video.ts';

/** One untrusted embed: what TikTok sent for a video we asked for by this id. */
export const UntrustedEmbed = z.strictObject({
  videoId: VideoId,
  html: z.string().max(65_536).optional(),
  thumbnailUrl: z.string().max(4096).optional(),
  shareUrl: z.string().max(4096).optional(),
  caption: z.string().max(16_384).optional(),
});
export type UntrustedEmbed = z.infer<typeof UntrustedEmbed>;

/** ingestion -> embed-sanitizer: a page of embeds at once, one verdict each. */
export const SanitizeRequest = z.strictObject({
  version: z.literal(1),
  requestId: RequestId,
  embeds: z.array(UntrustedEmbed).min(1).max(20),
});
export type SanitizeRequest = z.infer<typeof SanitizeRequest>;

export const SanitizedEmbed = z.strictObject({
  videoId: VideoId,
  verdict: z.literal('safe'),
  embed: SafeEmbed,
  shareUrl: z.string(),
  caption: z.string(),
  thumbnail: z.strictObject({ url: z.string(), expiresAt: z.iso.datetime() }).optional(),
});
export const RejectedEmbed = z.strictObject({
  videoId: VideoId,
  verdict: z.literal('rejected'),
  /** Closed list of reasons, for the log; never a piece of the markup. */
  reasons: z.array(z.string().max(64)).min(1),
});
export const EmbedVerdict = z.discriminatedUnion('verdict', [SanitizedEmbed, RejectedEmbed]);
export type EmbedVerdict = z.infer<typeof EmbedVerdict>;

export const SanitizeResult = z.object({ verdicts: z.array(EmbedVerdict) });
export type SanitizeResult = z.infer<typeof SanitizeResult>;
export const SanitizeReply = replySchema(SanitizeResult);
