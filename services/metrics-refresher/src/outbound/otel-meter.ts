import type { Meters } from '@trendpot/observability';
import { jobMeter } from '@trendpot/worker';
import type { RefreshMeter } from '../domain/ports.ts';

export const otelMeter = (meters: Meters): RefreshMeter => ({
  ...jobMeter(meters, 'refresh'),
  videosRefreshed: (count) => meters.add('tiktok_videos_refreshed_total', {}, count),
  videosRemoved: (count) => meters.add('tiktok_videos_removed_total', {}, count),
});
