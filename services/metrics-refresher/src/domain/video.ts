import { pictureOf, type Counts, type Thumbnail } from '@trendpot/contracts';

/** What TikTok answered for one video that was asked for by its id. */
export interface QueriedVideo {
  readonly videoId: string;
  readonly counts: Counts;
  readonly thumbnailUrl?: string;
}

/** What TikTok answered to one question. */
export interface Answer {
  /** When the question was sent. Answers may be stored in another order than they were asked for. */
  readonly askedAt: Date;
  readonly videos: readonly QueriedVideo[];
}

/** What of a stored video a refresh looks at and changes. */
export interface StoredVideo {
  readonly videoId: string;
  readonly counts: Counts;
  readonly thumbnail?: Thumbnail;
  /** Consecutive times TikTok did not know the video. */
  readonly absences: number;
  /** When TikTok was asked for these counts. */
  readonly refreshedAt: Date;
}

/** What one refresh makes of a stored video. */
export type Refreshed =
  | { readonly kind: 'seen'; readonly videoId: string; readonly counts: Counts; readonly thumbnail?: Thumbnail }
  | { readonly kind: 'absent'; readonly videoId: string; readonly absences: number }
  | { readonly kind: 'gone'; readonly videoId: string };

/**
 * A video is hidden for a moment now and then; only one that is unknown twice running is gone. Two rounds lie at least
 * one interval apart.
 */
const ABSENCES_OF_A_GONE_VIDEO = 2;

/** A count TikTok left out stays as it was: missing is not zero. */
export const refreshVideo = (stored: StoredVideo, answer: QueriedVideo | undefined, askedAt: Date): Refreshed => {
  const { videoId } = stored;
  if (answer === undefined) {
    const absences = stored.absences + 1;
    return absences >= ABSENCES_OF_A_GONE_VIDEO ? { kind: 'gone', videoId } : { kind: 'absent', videoId, absences };
  }
  const picture = pictureOf(answer.thumbnailUrl, askedAt);
  return {
    kind: 'seen',
    videoId,
    counts: { ...stored.counts, ...answer.counts },
    ...(picture === undefined ? {} : { thumbnail: picture }),
  };
};

/** Whether a picture will be dead before the video is looked at again, so that a new address is wanted with the counts. */
export const needsPicture = (video: StoredVideo, nextLook: Date): boolean =>
  video.thumbnail === undefined || Date.parse(video.thumbnail.expiresAt) <= nextLook.getTime();
