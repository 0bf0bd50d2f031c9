import { AccountId, AccountState, Counts, Cursor, ERROR_CODES, RevokeResult, Video } from '@trendpot/contracts';
import { z } from 'zod';

const Instant = z.iso.datetime();

export const ApiError = z
  .object({
    error: z.object({ code: z.enum(ERROR_CODES), message: z.string(), requestId: z.string() }),
  })
  .meta({ id: 'Error', description: 'Every refusal: a stable code, a constant text, and the id to ask about.' });

export const Progress = z
  .object({
    state: AccountState,
    pages: z.number().int(),
    videos: z.number().int(),
    complete: z.boolean(),
    sequence: z.number().int(),
  })
  .meta({ id: 'Progress' });

export const ApiAccount = z
  .object({
    accountId: AccountId,
    state: AccountState,
    explanation: z.object({ headline: z.string(), detail: z.string(), action: z.enum(['reconnect']).optional() }),
    displayName: z.string().optional(),
    avatarUrl: z.string().optional(),
    scopes: z.object({ requested: z.array(z.string()), granted: z.array(z.string()) }),
    consentCopyVersion: z.string(),
    sync: z.object({
      pages: z.number().int(),
      videos: z.number().int(),
      complete: z.boolean(),
      startedAt: Instant.optional(),
      completedAt: Instant.optional(),
      profileAt: Instant.optional(),
      videosAt: Instant.optional(),
      metricsAt: Instant.optional(),
    }),
    lastError: z.object({ code: z.string(), at: Instant }).optional(),
    connectedAt: Instant,
    disconnectedAt: Instant.optional(),
  })
  .meta({ id: 'Account' });
export type ApiAccount = z.infer<typeof ApiAccount>;

const ApiVideo = Video.extend({ lastRefreshedAt: Instant, counts: Counts }).meta({ id: 'StoredVideo' });

export const AccountList = z.object({ accounts: z.array(ApiAccount) });
export const VideoList = z.object({
  videos: z.array(ApiVideo),
  nextCursor: z.string().optional(),
  /** The oldest refresh among these videos. */
  freshSince: Instant.optional(),
});
export const LiveVideoList = z.object({
  videos: z.array(Video),
  nextCursor: Cursor.optional(),
  hasMore: z.boolean(),
});
export const FoundVideo = z.object({
  video: Video,
  source: z.enum(['stored', 'tiktok']),
  lastRefreshedAt: Instant.optional(),
});
export const Receipt = RevokeResult.omit({ state: true }).meta({ id: 'Receipt' });

export const VideoListQuery = z.object({
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(24),
});
export const LiveVideoListQuery = z.object({ cursor: z.coerce.number().pipe(Cursor).optional() });
export const DisconnectRequest = z.object({ reason: z.string().min(1).max(500) });
