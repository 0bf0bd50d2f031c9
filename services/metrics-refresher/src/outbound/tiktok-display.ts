import { toPlatformError } from '@trendpot/contracts';
import type { Permits } from '@trendpot/messaging';
import type { DisplayClient } from '@trendpot/tiktok';
import type { DisplayApi } from '../domain/ports.ts';

export interface CallMeter {
  /** A call was sent; `code` is that of its error, if it failed. */
  called(seconds: number, code: string | undefined): void;
  /** A permit was had. */
  waited(seconds: number): void;
}

const secondsSince = (instant: number): number => (performance.now() - instant) / 1000;

/** A lease is not kept in hand longer than this while waiting for a permit. */
const LONGEST_WAIT_MS = 15_000;

/** The one call of the refresher, under the background share of the ceilings. */
export const tiktokDisplay = (options: { client: DisplayClient; permits: Permits; meter: CallMeter }): DisplayApi => {
  const { client, permits, meter } = options;
  return {
    query: ({ token }, { videoIds, fields }, signal) => {
      const askedAt = performance.now();
      const stop = signal === undefined ? {} : { signal };
      return permits.withPermit(
        'background',
        async (permit) => {
          meter.waited(secondsSince(askedAt));
          let sentAt: number | undefined;
          const report = (code: string | undefined): void => {
            if (sentAt !== undefined) meter.called(secondsSince(sentAt), code);
          };
          const beforeSend = (): void => {
            permit.beforeSend();
            sentAt = performance.now();
          };
          try {
            const videos = await client.queryVideos({ accessToken: token, beforeSend, videoIds, fields, ...stop });
            report(undefined);
            return videos.map(({ id, counts, coverUrl }) => ({
              videoId: id,
              counts,
              ...(coverUrl === undefined ? {} : { thumbnailUrl: coverUrl }),
            }));
          } catch (error) {
            report(toPlatformError(error).code);
            throw error;
          }
        },
        { ...stop, deadlineMs: LONGEST_WAIT_MS, endpoint: 'video.data' },
      );
    },

    turn: (wasRefused, signal) =>
      permits.turn('background', { wasRefused, ...(signal === undefined ? {} : { signal }) }),
  };
};
