import { describe, expect, it } from '@jest/globals';
import { appOfThisFile } from './testing/app-of-this-file.ts';
import fc from 'fast-check';

const app = appOfThisFile({ knobs: { perMinute: 0 } });

const walk = async (access: string, maxCount: number): Promise<string[]> => {
  const ids: string[] = [];
  let cursor: number | undefined;
  for (let pages = 0; pages < 300; pages += 1) {
    const { code, data } = await app.list(access, { max_count: maxCount, ...(cursor === undefined ? {} : { cursor }) });
    expect(code).toBe('ok');
    ids.push(...(data?.videos ?? []).map(({ id }) => String(id)));
    if (data?.has_more !== true) return ids;
    cursor = data.cursor;
  }
  throw new Error('the walk does not end');
};

const anyKnobs = fc.record({
  shortPages: fc.boolean(),
  emptyPage: fc.integer({ min: 0, max: 4 }),
  repeatCursor: fc.integer({ min: 0, max: 3 }),
  sameSecond: fc.constantFrom('together', 'repeated'),
  emptyLibrary: fc.constantFrom('empty-list', 'no-data'),
});

describe('a client that goes on while has_more and knows videos by their id', () => {
  it('sees every video, whatever the knobs', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyKnobs,
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 3, max: 20 }),
        async (knobs, videos, siblings, maxCount) => {
          await app.control('POST', '/creators', { handle: 'anyone', videos, siblings });
          await app.knobs(knobs);
          const { access } = await app.signIn('anyone');
          const found = await walk(access, maxCount);
          const { body } = await app.control('GET', '/creators/anyone/videos');
          const all = (body as unknown as { id: string }[]).map(({ id }) => id);
          expect([...new Set(found)].sort()).toEqual(all.sort());
        },
      ),
      { numRuns: 30 },
    );
  }, 60_000);

  it('is shown nothing, a millisecond lower each time, while the cursor crawls', async () => {
    await app.control('POST', '/reset');
    await app.knobs({ crawlingCursor: 2 });
    const { access } = await app.signIn('sample');
    const { cursor = 0 } = (await app.list(access)).data ?? {};
    for (const lower of [1, 2]) {
      const { data } = await app.list(access, { cursor: cursor - lower + 1 });
      expect(data).toEqual({ videos: [], cursor: cursor - lower, has_more: true });
    }
    expect((await app.list(access, { cursor: cursor - 2 })).data?.videos).toHaveLength(10);
  });

  it('is shown no video that was taken down, and a new one first', async () => {
    await app.control('POST', '/reset');
    await app.knobs({ perMinute: 0, sameSecond: 'together' });
    const { access } = await app.signIn('sample');
    const [gone] = await walk(access, 20);
    await app.control('PATCH', `/creators/sample/videos/${gone}`, { hidden: true });
    const { body } = await app.control('POST', '/creators/sample/videos', { videos: 2 });
    const seen = await walk(access, 20);
    expect(seen).not.toContain(gone);
    expect(seen.slice(0, 2)).toEqual(body);
    expect(seen).toHaveLength(138);
  });
});
