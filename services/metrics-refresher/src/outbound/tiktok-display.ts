import type { DisplayClient } from '@trendpot/tiktok';
import type { CallUnderPermit } from '@trendpot/worker';
import type { DisplayApi } from '../domain/ports.ts';

/** The one call of the refresher, under the background share of the ceilings. */
export const tiktokDisplay = (client: DisplayClient, callUnderPermit: CallUnderPermit): DisplayApi => ({
  async query({ token }, { videoIds, fields }, signal) {
    const how = { kind: 'background', ...(signal === undefined ? {} : { signal }) } as const;
    const videos = await callUnderPermit('video.data', token, how, (request) =>
      client.queryVideos({ ...request, videoIds, fields }),
    );
    return videos.map(({ id, counts, coverUrl }) => ({
      videoId: id,
      counts,
      ...(coverUrl === undefined ? {} : { thumbnailUrl: coverUrl }),
    }));
  },
});
