import type { IngestionMeter, Log } from './ports.ts';
import type { RefusedVideo } from './sanitize-videos.ts';

/** What became of the videos of one answer. */
export interface Stored {
  readonly fresh: number;
  readonly foreign: readonly string[];
  readonly refused: readonly RefusedVideo[];
}

/** Counts what was stored and says what was not, and why. */
export const reportStored = (
  { meter, log }: { meter: IngestionMeter; log: Log },
  { accountId, requestId }: { accountId: string; requestId: string },
  { fresh, foreign, refused }: Stored,
): void => {
  meter.videosStored(fresh);
  if (refused.length > 0) {
    meter.videosRefused('embed', refused.length);
    log.warn('tiktok.embed.rejected', { requestId, accountId, videos: refused });
  }
  if (foreign.length > 0) {
    meter.videosRefused('foreign', foreign.length);
    log.warn('tiktok.video.foreign', { requestId, accountId, videoIds: foreign });
  }
};
