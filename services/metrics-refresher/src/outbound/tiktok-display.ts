import { toPlatformError } from '@trendpot/contracts';
import type { Permits } from '@trendpot/messaging';
import type { DisplayClient } from '@trendpot/tiktok';
import type { DisplayApi } from '../domain/ports.ts';

/** Told of every call that was sent, with the code of its error if it failed. */
export type OnCall = (seconds: number, code: string | undefined) => void;

/** A lease is not kept in hand longer than this while waiting for a permit. */
const LONGEST_WAIT_MS = 15_000;

/** The one call of the refresher, under the background share of the ceilings. */
export const tiktokDisplay = (options: { client: DisplayClient; permits: Permits; onCall: OnCall }): DisplayApi => {
  const { client, permits, onCall } = options;
  return {
    query: ({ token }, { videoIds, fields }, signal) => {
      const stop = signal === undefined ? {} : { signal };
      return permits.withPermit(
        'background',
        async (permit) => {
          let sentAt: number | undefined;
          const report = (code: string | undefined): void => {
            if (sentAt !== undefined) onCall((performance.now() - sentAt) / 1000, code);
          };
          const beforeSend = (): void => {
            permit.beforeSend();
            sentAt = performance.now();
          };
          try {
            const videos = await client.queryVideos({ accessToken: token, beforeSend, videoIds, fields, ...stop });
            report(undefined);
            return videos.map(({ id, counts, cover }) => ({
              videoId: id,
              counts,
              ...(cover === undefined ? {} : { thumbnailUrl: cover.url }),
            }));
          } catch (error) {
            report(toPlatformError(error).code);
            throw error;
          }
        },
        { ...stop, deadlineMs: LONGEST_WAIT_MS, endpoint: 'video.data' },
      );
    },

    permitAvailable: (signal) =>
      permits.withPermit('background', () => Promise.resolve(), signal === undefined ? {} : { signal }),
  };
};
