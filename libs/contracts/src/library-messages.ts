import { z } from 'zod';
import { AccountId, RequestId, VideoId } from './identifiers.ts';
import { Cursor } from './jobs.ts';
import { replySchema } from './reply.ts';
import { Video } from './video.ts';

/** gateway -> ingestion: one video of a creator, fetched if it is not stored. */
export const LookupRequest = z.strictObject({
  version: z.literal(1),
  requestId: RequestId,
  accountId: AccountId,
  videoId: VideoId,
});
export type LookupRequest = z.infer<typeof LookupRequest>;
export const LookupResult = z.object({ video: Video, source: z.enum(['stored', 'tiktok']) });
export type LookupResult = z.infer<typeof LookupResult>;
export const LookupReply = replySchema(LookupResult);

/** gateway -> ingestion: one live page of a creator's library, straight from TikTok. */
export const PageRequest = z.strictObject({
  version: z.literal(1),
  requestId: RequestId,
  accountId: AccountId,
  cursor: Cursor.optional(),
});
export type PageRequest = z.infer<typeof PageRequest>;
export const PageResult = z.object({
  videos: z.array(Video),
  /** Ask for the next page with this; absent when there is none. */
  nextCursor: Cursor.optional(),
  hasMore: z.boolean(),
});
export type PageResult = z.infer<typeof PageResult>;
export const PageReply = replySchema(PageResult);
