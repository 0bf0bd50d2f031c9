import type { Meters } from '@trendpot/observability';

/** What every worker counts of its jobs. */
export interface JobMeter {
  /** A job ended with what it brought stored; `seconds` include the wait for a permit. */
  jobDone(seconds: number): void;
  jobDropped(): void;
  jobRestored(): void;
}

export const jobMeter = (meters: Meters, queue: 'sync' | 'refresh'): JobMeter => ({
  jobDone(seconds) {
    meters.add('tiktok_jobs_total', { queue, outcome: 'done' });
    meters.record('tiktok_job_duration_seconds', seconds, { queue });
  },
  jobDropped: () => meters.add('tiktok_jobs_total', { queue, outcome: 'dropped' }),
  jobRestored: () => meters.add('tiktok_jobs_restored_total', { queue }),
});
