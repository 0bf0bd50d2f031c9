import { describe, expect, it } from '@jest/globals';
import { Cursor } from '@trendpot/contracts';
import fc from 'fast-check';
import { advance, BARREN_LIMIT, withoutRepeated, type WalkPage, type WalkPosition } from './page-walk.ts';
import { fromLiveCursor, toLiveCursor } from './live-cursor.ts';

interface Video {
  readonly id: string;
  readonly createTime: number;
}
interface Library {
  /** Newest first. */
  readonly videos: readonly Video[];
  readonly pageSize: number;
  readonly hidden: ReadonlySet<string>;
  /** Requests, by number, whose answer is empty, repeats the cursor asked with, or leaves the cursor out. */
  readonly oddities: ReadonlyMap<number, 'empty' | 'repeats' | 'no-cursor'>;
}

const answer = (library: Library, cursor: number | undefined, request: number): WalkPage & { videos: Video[] } => {
  const before = cursor ?? Number.POSITIVE_INFINITY;
  const older = library.videos.filter(({ createTime }) => createTime * 1000 < before);
  const window = older.slice(0, library.pageSize);
  const said = (window.at(-1)?.createTime ?? 0) * 1000;
  const hasMore = older.length > window.length;
  const odd = library.oddities.get(request);
  const videos = window.filter(({ id }) => !library.hidden.has(id));
  if (odd === 'empty' && window[0] !== undefined)
    return { videos: [], cursor: window[0].createTime * 1000 + 1, hasMore: true };
  if (odd === 'repeats' && cursor !== undefined) return { videos, cursor, hasMore: true };
  if (odd === 'no-cursor') return { videos, hasMore };
  return { videos, cursor: said, hasMore };
};

const walk = (library: Library) => {
  const stored = new Map<string, Video>();
  const shown: string[] = [];
  const cursors: number[] = [];
  let position: WalkPosition = {};
  for (let request = 1; ; request += 1) {
    const page = answer(library, position.cursor, request);
    for (const video of page.videos) stored.set(video.id, video);
    shown.push(...withoutRepeated(position, page.videos).map(({ id }) => id));
    const step = advance(position, page);
    if (step.kind !== 'next') return { stored, shown, cursors, requests: request, outcome: step.kind };
    cursors.push(step.position.cursor);
    position = fromLiveCursor(toLiveCursor(step.position));
  }
};

const libraryOf = (gaps: readonly number[], pageSize: number): Library => {
  let createTime = 1_700_000_000;
  const videos = gaps.map((gap, index) => ({ id: String(10_000 + index), createTime: (createTime -= gap) }));
  return { videos, pageSize, hidden: new Set(), oddities: new Map() };
};

const plain = (count: number, pageSize = 20): Library => libraryOf(Array<number>(count).fill(60), pageSize);
const ids = (library: Library) => library.videos.map(({ id }) => id).filter((id) => !library.hidden.has(id));

/** Fewer videos of one second than a page holds: more cannot be told apart by any cursor. */
const anyLibrary = fc
  .record({
    gaps: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 90_000 })), {
      maxLength: 120,
    }),
    pageSize: fc.integer({ min: 2, max: 20 }),
    hide: fc.array(fc.nat(119), { maxLength: 40 }),
    oddities: fc.array(
      fc.tuple(
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom('empty', 'repeats', 'no-cursor') as fc.Arbitrary<'empty'>,
      ),
      { maxLength: 5 },
    ),
  })
  .map(({ gaps, pageSize, hide, oddities }): Library => {
    let run = 0;
    const spread = gaps.map((gap) => {
      run = gap === 0 ? run + 1 : 1;
      if (run < pageSize) return gap;
      run = 1;
      return 1;
    });
    return {
      ...libraryOf(spread, pageSize),
      hidden: new Set(hide.map((index) => String(10_000 + index))),
      oddities: new Map(oddities),
    };
  });

describe('a walk through a library', () => {
  it('finds every video, siblings of one second at a page edge included, and ends', () => {
    fc.assert(
      fc.property(anyLibrary, (library) => {
        const tame = { ...library, hidden: new Set<string>(), oddities: new Map() };
        const { stored, outcome } = walk(tame);
        expect(outcome).toBe('end');
        expect([...stored.keys()].sort()).toEqual(ids(tame).sort());
      }),
    );
  });

  it('finds every video whatever is filtered, emptied or repeated on the way', () => {
    fc.assert(
      fc.property(anyLibrary, (library) => {
        const odd = { ...library, hidden: new Set<string>() };
        const { stored } = walk(odd);
        expect([...stored.keys()].sort()).toEqual(ids(odd).sort());
        const filtered = { ...library, oddities: new Map() };
        expect([...walk(filtered).stored.keys()].sort()).toEqual(ids(filtered).sort());
      }),
    );
  });

  it('asks with a lower cursor each time, whatever it is answered', () => {
    const anyPage = fc.record({
      videos: fc.array(fc.record({ createTime: fc.integer({ min: 1, max: 5000 }) }), { maxLength: 5 }),
      cursor: fc.integer({ min: 0, max: 5_000_000 }),
      hasMore: fc.constant(true),
    });
    fc.assert(
      fc.property(fc.array(anyPage, { maxLength: 60 }), (pages) => {
        let position: WalkPosition = {};
        for (const page of pages) {
          const step = advance(position, page);
          if (step.kind !== 'next') return;
          expect(step.position.cursor).toBeLessThan(position.cursor ?? Number.POSITIVE_INFINITY);
          expect(step.position.cursor).toBeGreaterThan(0);
          position = step.position;
        }
      }),
    );
  });

  it('shows every video once to a reader that keeps no ids', () => {
    fc.assert(
      fc.property(anyLibrary, (library) => {
        const tame = { ...library, hidden: new Set<string>(), oddities: new Map() };
        expect(walk(tame).shown).toEqual(ids(tame));
      }),
    );
  });

  it('costs one place in twenty for the siblings', () => {
    expect(walk(plain(137)).requests).toBe(8);
    expect(walk(plain(2000)).requests).toBe(106);
    expect(walk(plain(20)).requests).toBe(1);
  });

  it('passes a second with more videos than a page holds', () => {
    const crowded = libraryOf([60, 60, ...Array<number>(30).fill(0), 60, 60], 20);
    const { stored, outcome } = walk(crowded);
    expect(outcome).toBe('end');
    expect(stored.has(ids(crowded).at(-1) ?? '')).toBe(true);
  });

  it('ends stuck, not endless, when every answer is the first page', () => {
    const page = { videos: [{ createTime: 50 }, { createTime: 40 }], cursor: 40_000, hasMore: true };
    let position: WalkPosition = {};
    for (let request = 1; request <= 10; request += 1) {
      const step = advance(position, page);
      if (step.kind !== 'next') {
        expect(step).toEqual({ kind: 'stuck', reason: 'cursor-does-not-move' });
        expect(request).toBeLessThan(5);
        return;
      }
      position = step.position;
    }
    throw new Error('the walk did not end');
  });

  it('ends stuck when empty pages crawl', () => {
    let step = advance({}, { videos: [], cursor: 9_000_000_000, hasMore: true });
    let requests = 1;
    while (step.kind === 'next') {
      const position = fromLiveCursor(toLiveCursor(step.position));
      step = advance(position, { videos: [], cursor: step.position.cursor - 1, hasMore: true });
      requests += 1;
    }
    expect(step).toEqual({ kind: 'stuck', reason: 'too-many-barren-pages' });
    expect(requests).toBe(BARREN_LIMIT + 1);
  });

  it('finds what the first pages held back, five times in a row', () => {
    for (const empty of [1, 2, 3, 4, 5]) {
      const oddities = new Map(Array.from({ length: empty }, (_, index) => [index + 1, 'empty' as const]));
      expect(walk({ ...plain(1), oddities })).toMatchObject({ outcome: 'end', shown: ['10000'] });
    }
  });

  it('asks again for an empty page that did not move, then gives up', () => {
    const empty = { videos: [], cursor: 5000, hasMore: true };
    const cursors: number[] = [];
    let step = advance({ cursor: 5000 }, empty);
    while (step.kind === 'next') {
      cursors.push(step.position.cursor);
      step = advance(step.position, { ...empty, cursor: step.position.cursor });
    }
    expect(cursors).toEqual([4750, 4500, 4250]);
    expect(step).toEqual({ kind: 'stuck', reason: 'cursor-does-not-move' });
  });

  it('fits into the one number that a public cursor is', () => {
    const position = fc
      .record({
        cursor: fc.integer({ min: 1, max: Date.parse('2100-01-01') }),
        repeated: fc.integer({ min: 0, max: 20 }),
        barren: fc.integer({ min: 0, max: BARREN_LIMIT }),
      })
      .map(({ cursor, repeated, barren }) => ({
        cursor,
        ...(repeated > 0 ? { repeated } : {}),
        ...(barren > 0 ? { barren } : {}),
      }));
    fc.assert(
      fc.property(position, (at) => {
        expect(Cursor.safeParse(toLiveCursor(at)).success).toBe(true);
        expect(fromLiveCursor(toLiveCursor(at))).toEqual(at);
      }),
    );
    expect(fromLiveCursor(1_790_000_000_000)).toEqual({ cursor: 1_790_000_000_000 });
  });

  it('ends when TikTok says so, whatever the cursor', () => {
    expect(advance({ cursor: 5000 }, { videos: [], cursor: 0, hasMore: false })).toEqual({ kind: 'end' });
    expect(advance({}, { videos: [], hasMore: false })).toEqual({ kind: 'end' });
  });
});
