import { describe, expect, it } from '@jest/globals';
import { loadConfig } from './config.ts';

describe('the configuration of ingestion', () => {
  it('needs nothing', () => {
    expect(loadConfig({})).toMatchObject({ pageSize: 20, concurrency: 1, syncMs: 3_600_000, wantsProfiles: false });
  });

  it.each([
    ['1', false],
    ['2', true],
    ['20', true],
    ['21', false],
  ])('takes pages of %s videos: %s, for one video cannot look back and TikTok gives twenty', (size, taken) => {
    const load = () => loadConfig({ TIKTOK_INGESTION_PAGE_SIZE: size }).pageSize;
    if (taken) expect(load()).toBe(Number(size));
    else expect(load).toThrow('TIKTOK_INGESTION_PAGE_SIZE');
  });
});
