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
  /** When the first of them was. */
  readonly absentSince?: Date;
  /** When TikTok was asked for these counts. */
  readonly refreshedAt: Date;
}

/** What one refresh makes of a stored video. */
export type Refreshed =
  | { readonly kind: 'seen'; readonly videoId: string; readonly counts: Counts; readonly thumbnail?: Thumbnail }
  | { readonly kind: 'absent'; readonly videoId: string; readonly absences: number; readonly since: Date }
  | { readonly kind: 'gone'; readonly videoId: string };

/**
 * A video is hidden for a moment now and then; only one that is still unknown an interval later is gone. How often it was
 * looked for does not tell: a round that is restored or redriven may follow the one before at once.
 */
const absence = ({ videoId, absences, absentSince }: StoredVideo, askedAt: Date, intervalMs: number): Refreshed =>
  absentSince !== undefined && askedAt.getTime() - absentSince.getTime() >= intervalMs
    ? { kind: 'gone', videoId }
    : { kind: 'absent', videoId, absences: absences + 1, since: absentSince ?? askedAt };

/** A count TikTok left out stays as it was: missing is not zero. */
export const refreshVideo = (
  stored: StoredVideo,
  answer: QueriedVideo | undefined,
  { askedAt, intervalMs }: { readonly askedAt: Date; readonly intervalMs: number },
): Refreshed => {
  if (answer === undefined) return absence(stored, askedAt, intervalMs);
  const { videoId } = stored;
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
