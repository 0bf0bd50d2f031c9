import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createCreator } from './creators.ts';
import { pageOfVideos, type PagingKnobs } from './page-of-videos.ts';
import { orderVideos, type StoredVideo } from './stored-video.ts';

const anyVideo = createCreator('anyone', 1).videos[0] as StoredVideo;

/** Libraries in which several videos often share a second, now and then more of them than a page holds. */
const anyLibrary = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 })), { maxLength: 80 }).map((gaps) => {
  let second = 1_700_000_000;
  return orderVideos(
    gaps.map((gap, index) => ({ ...anyVideo, id: String(10_000_000 + index), createTime: (second += gap) })),
  );
});
const anyCount = fc.integer({ min: 1, max: 20 });

interface Walk {
  readonly ids: string[];
  readonly cursors: number[];
  readonly largest: number;
}

/** A client as the documentation wants it: on while has_more. `lookBack` ms are added to each cursor. */
const walk = (library: readonly StoredVideo[], maxCount: number, knobs: PagingKnobs, lookBack = 0): Walk => {
  const ids: string[] = [];
  const cursors: number[] = [];
  let largest = 0;
  let cursor: number | undefined;
  for (let pages = 0; pages < 500; pages += 1) {
    const page = pageOfVideos(library, cursor, maxCount, knobs);
    ids.push(...page.videos.map(({ id }) => id));
    largest = Math.max(largest, page.videos.length);
    if (!page.hasMore) return { ids, cursors, largest };
    cursors.push(page.cursor);
    cursor = page.cursor + (page.cursor % 1000 === 0 ? lookBack : 0);
  }
  throw new Error('the walk does not end');
};

const idsOf = (library: readonly StoredVideo[]) => library.map(({ id }) => id);
const descends = (cursors: readonly number[]) =>
  cursors.every((cursor, index) => index === 0 || cursor < (cursors[index - 1] ?? 0));

describe('paging through a library', () => {
  it.each([false, true])(
    'shows each video once, in order, while seconds stay together (short pages: %s)',
    (shortPages) => {
      fc.assert(
        fc.property(anyLibrary, anyCount, (library, maxCount) => {
          const { ids, cursors, largest } = walk(library, maxCount, { shortPages, sameSecond: 'together' });
          expect(ids).toEqual(idsOf(library));
          expect(largest).toBeLessThanOrEqual(maxCount);
          expect(descends(cursors)).toBe(true);
        }),
      );
    },
  );

  it.each([false, true])(
    'repeats videos but loses none when the cursor is inclusive (short pages: %s)',
    (shortPages) => {
      fc.assert(
        fc.property(anyLibrary, anyCount, (library, maxCount) => {
          const { ids, cursors, largest } = walk(library, maxCount, { shortPages, sameSecond: 'repeated' });
          expect([...new Set(ids)]).toEqual(idsOf(library));
          expect(largest).toBeLessThanOrEqual(maxCount);
          expect(descends(cursors)).toBe(true);
        }),
      );
    },
  );

  it('really repeats: the next page begins with the last second of this one', () => {
    const library = orderVideos(['1', '2', '3', '4'].map((id) => ({ ...anyVideo, id, createTime: 1000 + Number(id) })));
    const { ids } = walk(library, 2, { shortPages: false, sameSecond: 'repeated' });
    expect(ids).toEqual(['4', '3', '3', '2', '2', '1']);
  });

  it('lets a plain client lose the siblings it splits', () => {
    const library = orderVideos(['1', '2', '3'].map((id) => ({ ...anyVideo, id })));
    expect(walk(library, 2, { shortPages: false, sameSecond: 'split' }).ids).toEqual(['3', '2']);
  });

  it('lets one that asks from the end of the second find them, unless the second alone fills a page', () => {
    fc.assert(
      fc.property(anyLibrary, (library) => {
        const groups = Map.groupBy(library, ({ createTime }) => createTime);
        const crowd = Math.max(0, ...[...groups.values()].map(({ length }) => length));
        const { ids } = walk(library, crowd + 1, { shortPages: false, sameSecond: 'split' }, 1000);
        expect([...new Set(ids)]).toEqual(idsOf(library));
      }),
    );
  });

  it('answers the recorded cursor, the last video’s second in milliseconds, where no second is split', () => {
    const library = orderVideos(
      ['1', '2', '3'].map((id) => ({ ...anyVideo, id, createTime: 1_654_658_100 + Number(id) })),
    );
    const page = pageOfVideos(library, undefined, 2, { shortPages: false, sameSecond: 'together' });
    expect(page).toMatchObject({ cursor: 1_654_658_102_000, hasMore: true });
    expect(pageOfVideos(library, page.cursor, 2, { shortPages: false, sameSecond: 'together' })).toMatchObject({
      cursor: 1_654_658_101_000,
      hasMore: false,
    });
  });
});
