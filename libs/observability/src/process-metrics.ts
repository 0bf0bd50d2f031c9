import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Meters } from './meters.ts';

const NANOSECONDS = 1e9;
const SAMPLE_MS = 20;

/** Memory, processor time and event loop lag of this process; read when scraped. */
export const observeProcess = (meters: Pick<Meters, 'observe'>): (() => void) => {
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  delay.enable();
  const startedAt = Date.now() / 1000 - process.uptime();
  const lag = (nanoseconds: number): number => Math.max(0, nanoseconds / NANOSECONDS - SAMPLE_MS / 1000) || 0;

  meters.observe('process_resident_memory_bytes', () => process.memoryUsage.rss());
  meters.observe('process_start_time_seconds', () => startedAt);
  meters.observe('nodejs_eventloop_lag_seconds', () => lag(delay.percentile(50)), { quantile: '0.5' });
  meters.observe('nodejs_eventloop_lag_seconds', () => lag(delay.percentile(99)), { quantile: '0.99' });
  meters.observe(
    'nodejs_eventloop_lag_seconds',
    () => {
      const longest = lag(delay.max);
      delay.reset();
      return longest;
    },
    { quantile: '1' },
  );
  meters.observe('process_cpu_seconds_total', () => process.cpuUsage().user / 1e6, { mode: 'user' });
  meters.observe('process_cpu_seconds_total', () => process.cpuUsage().system / 1e6, { mode: 'system' });
  return () => delay.disable();
};
