import type { Meters } from '@trendpot/observability';
import { jobMeter } from '@trendpot/worker';
import type { IngestionMeter } from '../domain/ports.ts';

export const otelMeter = (meters: Meters): IngestionMeter => ({
  ...jobMeter(meters, 'sync'),
  videosStored: (count) => meters.add('tiktok_videos_stored_total', {}, count),
  videosRefused: (reason, count) => meters.add('tiktok_videos_refused_total', { reason }, count),
});
