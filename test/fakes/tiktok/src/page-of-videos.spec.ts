import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCreator, type StoredVideo } from './creators.ts';
import { pageOfVideos, type PagingKnobs } from './page-of-videos.ts';

const librarySpread = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 80 }).map((gaps) => {
  let second = 1_700_000_000;
  return gaps
    .map((gap, index) => ({ ...videoTemplate, id: String(10_000_000 + index), createTime: (second += gap) }))
    .reverse();
});
const videoTemplate = createCreator('anyone', 1).videos[0] as StoredVideo;

/** A client as the documentation wants it: on while has_more, duplicates dropped by id, `overlap` ms of look-back. */
const walk = (library: readonly StoredVideo[], maxCount: number, knobs: PagingKnobs, overlap = 0): Set<string> => {
  const seen = new Set<string>();
  let cursor: number | undefined;
  for (let pages = 0; pages < 1000; pages += 1) {
    const page = pageOfVideos(library, cursor, maxCount, knobs);
    for (const { id } of page.videos) seen.add(id);
    if (!page.hasMore) return seen;
    cursor = page.cursor + overlap;
  }
  throw new Error('the walk does not end');
};

describe('paging through a library', () => {
  it.each([true, false])('loses nothing while seconds are kept together (short pages: %s)', (shortPages) => {
    fc.assert(
      fc.property(librarySpread, fc.integer({ min: 1, max: 20 }), (library, maxCount) => {
        expect(walk(library, maxCount, { shortPages, sameSecond: 'together' }).size).toBe(library.length);
      }),
    );
  });

  it('repeats the siblings of a second at the edge of a page when asked to', () => {
    fc.assert(
      fc.property(librarySpread, (library) => {
        const crowd = Math.max(
          1,
          ...Object.values(Object.groupBy(library, ({ createTime }) => String(createTime))).map(
            (group) => group?.length ?? 0,
          ),
        );
        expect(walk(library, crowd + 1, { shortPages: false, sameSecond: 'repeated' }).size).toBe(library.length);
      }),
    );
  });

  it('lets a naive client lose the siblings it splits, and one that looks back find them', () => {
    const [first] = createCreator('anyone', 1).videos;
    const library = ['3', '2', '1'].map((id) => ({ ...(first as StoredVideo), id }));
    expect(walk(library, 2, { shortPages: false, sameSecond: 'split' }).size).toBe(2);
  });

  it('has ids above 2^53 whose upper half is the upload second', () => {
    for (const { id, createTime } of createCreator('sample', 137).videos) {
      expect(BigInt(id)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
      expect(Number(BigInt(id) >> 32n)).toBe(createTime);
    }
  });
});
