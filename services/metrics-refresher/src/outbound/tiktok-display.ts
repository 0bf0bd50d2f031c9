import type { DisplayClient } from '@trendpot/tiktok';
import type { CallUnderPermit } from '@trendpot/worker';
import type { Clock, DisplayApi } from '../domain/ports.ts';

/** The one call of the refresher, under the background share of the ceilings. */
export const tiktokDisplay = (client: DisplayClient, callUnderPermit: CallUnderPermit, clock: Clock): DisplayApi => ({
  async query({ token }, { videoIds, fields }, signal) {
    const how = { kind: 'background', ...(signal === undefined ? {} : { signal }) } as const;
    return callUnderPermit('video.data', token, how, async (request) => {
      const askedAt = clock();
      const found = await client.queryVideos({ ...request, videoIds, fields });
      const videos = found.map(({ id, counts, coverUrl }) => ({
        videoId: id,
        counts,
        ...(coverUrl === undefined ? {} : { thumbnailUrl: coverUrl }),
      }));
      return { askedAt, videos };
    });
  },
});
