import type { Counts, Video } from '@trendpot/contracts';

/** A video as TikTok describes it: untrusted text, counts where TikTok sent them. */
export interface ListedVideo {
  readonly videoId: string;
  readonly createdAt?: Date;
  readonly durationSeconds?: number;
  readonly caption?: string;
  readonly shareUrl?: string;
  readonly embedHtml?: string;
  readonly thumbnailUrl?: string;
  readonly counts: Counts;
}

/** Where a walk through the list goes on. Whoever keeps one keeps all of it: what it counts is what ends a walk. */
export interface Onward {
  readonly cursor: number;
  /** Pages in a row, up to here, that led nowhere. */
  readonly barren?: number;
}

/** What TikTok answered to one question. */
export interface Answer<Video = ListedVideo> {
  /** When the question was sent. Answers may be stored in another order than they were asked for. */
  readonly askedAt: Date;
  readonly videos: readonly Video[];
}

/** One answer of the list endpoint. */
export interface ListedPage extends Answer {
  /** Absent at the end. */
  readonly next?: Onward;
  /** Why a walk ends although TikTok says there is more. */
  readonly stuck?: string;
}

/** What is stored of a video beside what the world sees of it. */
export interface StoredVideo {
  readonly video: Video;
  readonly accountId: string;
  readonly storedAt: Date;
  /** When TikTok was asked for its counts. */
  readonly refreshedAt: Date;
}

/** What the sanitizer made of a listed video: everything of `Video` that had to be cleaned. */
export type CleanVideo = Omit<Video, 'createdAt' | 'durationSeconds' | 'counts'> & { readonly listed: ListedVideo };

const SECONDS = 1000;
const FIRST_PLAUSIBLE_SECOND = 1_400_000_000;
/** No two clocks differ by more. */
const DAY_MS = 86_400_000;

/**
 * When the video was posted. TikTok's ids carry the upload second in their upper 32 bits, which stands in for a
 * `create_time` that was left out or lies ahead. Source: tiktok-api.md 3.3.
 */
export const postedAt = (listed: ListedVideo, now: Date): Date => {
  const { createdAt } = listed;
  if (createdAt !== undefined && createdAt.getTime() <= now.getTime() + DAY_MS) return createdAt;
  const second = Number(BigInt(listed.videoId) >> 32n);
  return second >= FIRST_PLAUSIBLE_SECOND && second * SECONDS <= now.getTime() ? new Date(second * SECONDS) : now;
};

/** The record to store: what came now, over what was known. A count or picture left out stays as it was. */
export const mergeVideo = (clean: CleanVideo, known: Video | undefined, now: Date): Video => {
  const { listed, ...safe } = clean;
  const durationSeconds = listed.durationSeconds ?? known?.durationSeconds;
  const thumbnail = safe.thumbnail ?? known?.thumbnail;
  return {
    id: safe.id,
    shareUrl: safe.shareUrl,
    caption: safe.caption,
    createdAt: known?.createdAt ?? postedAt(listed, now).toISOString(),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    embed: safe.embed,
    ...(thumbnail === undefined ? {} : { thumbnail }),
    counts: { ...known?.counts, ...listed.counts },
  };
};
