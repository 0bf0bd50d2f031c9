import { describe, expect, it } from '@jest/globals';
import { describeCalls } from './call-summary.ts';
import { leastCalls } from './once-report.ts';
import { readCallSettings } from './settings.ts';

describe('the account of calls', () => {
  const SEEN = { total: 160, byRoute: {}, maxInWindow: 88, maxInFlight: 2 };

  it('holds the busiest minute against the ceilings, not the whole run', () => {
    expect(describeCalls(SEEN, readCallSettings({}))).toBe(
      'at most 88 calls in any minute (ceilings: 90 for background work, 100 in all), 160 of 5000 calls a day, at most 2 of 5 at once',
    );
  });

  it('names the ceilings in force', () => {
    const settings = readCallSettings({
      TIKTOK_RATE_LIMIT_PER_MIN: '600',
      TIKTOK_INGESTION_RATE_LIMIT_PER_MIN: '500',
      TIKTOK_RATE_LIMIT_PER_DAY: '70000',
      TIKTOK_MAX_CONCURRENT_CALLS: '9',
    });
    expect(describeCalls(SEEN, settings)).toMatch(
      /500 for background work, 600 in all\), 160 of 70000 .* 2 of 9 at once/,
    );
  });

  it('reckons the least possible calls with the sizes that are set', () => {
    const { pageSize, batchSize } = readCallSettings({
      TIKTOK_INGESTION_PAGE_SIZE: '10',
      TIKTOK_INGESTION_METRICS_BATCH_SIZE: '5',
    });
    expect(leastCalls(137, pageSize, batchSize, 1)).toBe(14 + 28);
    expect(leastCalls(0, pageSize, batchSize, 1)).toBe(1);
  });
});
