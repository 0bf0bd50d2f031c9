import { describe, expect, it } from '@jest/globals';
import { newAccountId, PlatformError, Video, type SyncJob } from '@trendpot/contracts';
import fc from 'fast-check';
import { BARREN_LIMIT } from '@trendpot/tiktok';
import { crawling, posts, safe, world } from '../../test/world.ts';
import { makeFetchLivePage } from './live-page.ts';
import { makeLookUpVideo } from './look-up-video.ts';
import { makeFetchProfile } from './profile.ts';
import { makeSyncPage } from './sync-page.ts';

describe('a full walk', () => {
  it('stores every video, tells of each once, and ends healthy with both schedules', async () => {
    const { accountId, store, calls, firstJob, walk } = world(posts(137));
    await walk(firstJob());

    expect(store.videos.size).toBe(137);
    expect(store.accounts.get(accountId)).toMatchObject({
      state: 'healthy',
      sync: { videos: 137, complete: true, mode: 'full', walkId: 'walk_0001' },
    });
    expect(store.accounts.get(accountId)?.sync.cursor).toBeUndefined();
    expect(calls.map(({ kind }) => kind)).toEqual([
      'interactive',
      ...Array<string>(calls.length - 1).fill('background'),
    ]);
    expect(store.schedules('tiktok.schedules.refresh.')).toHaveLength(1);
    expect(store.schedules('tiktok.schedules.sync.')).toHaveLength(1);
    const states = store.events().filter(({ change }) => change === 'state');
    expect(states.map(({ state }) => state)).toEqual(['syncing', 'healthy']);
    expect(store.events().at(-2)).toMatchObject({ change: 'synced', progress: { videos: 137, complete: true } });
  });

  it('tells of the video that a page looks back on no second time, unless it has been a while', async () => {
    const { store, firstJob, syncPage, tick } = world(posts(60));
    const told = () =>
      store.events().map(({ change, videos }) => (change === 'synced' ? (videos as unknown[]).length : 0));
    const nextPage = async () => syncPage(store.jobs().at(-1) as SyncJob);
    await syncPage(firstJob());
    await nextPage();
    tick(60_000);
    await nextPage();
    expect(told().filter((count) => count > 0)).toEqual([20, 19, 20]);
    expect(store.videos.size).toBe(58);
  });

  it('ends at once, healthy, for a creator without videos', async () => {
    const { accountId, store, firstJob, walk } = world([]);
    await walk(firstJob());
    expect(store.accounts.get(accountId)).toMatchObject({
      state: 'healthy',
      sync: { pages: 1, videos: 0, complete: true },
    });
    expect(store.events().map(({ change }) => change)).toEqual(['synced', 'state']);
  });

  it('stores and counts every video exactly once, however often its jobs are delivered or cut off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 90 }),
        fc.integer({ min: 2, max: 20 }),
        fc.array(fc.boolean(), { minLength: 90, maxLength: 90 }),
        fc.infiniteStream(fc.constantFrom('done', 'again', 'cut', 'twice')),
        async (count, pageSize, same, fates) => {
          // Never more videos of one second than fit on a page: TikTok's cursor cannot tell them apart.
          const library = posts(count, (index) => (same[index] ?? false) && index % pageSize !== 0 && index % 2 === 1);
          const { accountId, store, firstJob, syncPage } = world(library, { pageSize });
          const queue: SyncJob[] = [firstJob()];
          let seen = 0;
          for (let guard = 0; queue.length > 0 && guard < 1000; guard += 1) {
            const job = queue.shift() as SyncJob;
            const fate = fates.next().value;
            if (fate === 'cut') {
              store.beforeCommit = () => {
                throw new PlatformError('E_UNAVAILABLE', 'cut off before the commit');
              };
              await syncPage(job, undefined, 1).catch(() => undefined);
              store.beforeCommit = () => undefined;
              queue.push(job);
            } else {
              // Handed out once, as far as it is told: then it does not look whether the page is stored.
              const run = () => syncPage(job, undefined, 1);
              await (fate === 'twice' ? Promise.all([run(), run()]) : run());
              if (fate === 'again') queue.push(job);
            }
            for (; seen < store.jobs().length; seen += 1) queue.push(store.jobs()[seen] as SyncJob);
          }
          expect([...store.videos.keys()].sort()).toEqual(library.map(({ id }) => id).sort());
          expect(store.accounts.get(accountId)).toMatchObject({
            state: 'healthy',
            sync: { videos: count, complete: true },
          });
          expect(store.schedules('tiktok.schedules.sync.')).toHaveLength(1);
          const told = store.events().filter(({ change }) => change === 'synced');
          const pages = told.map(({ progress }) => (progress as { pages: number }).pages);
          expect(pages).toEqual(pages.map((_page, index) => index + 1));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('looks whether a page is still to be fetched, unless its job was queued just now and handed out to nobody else', async () => {
    const { store, ports, intervals, firstJob, calls, tick } = world(posts(60));
    let looks = 0;
    const account = (accountId: string) => {
      looks += 1;
      return store.account(accountId);
    };
    const syncPage = makeSyncPage({ ...ports, library: { ...store, account }, intervals });
    await syncPage(firstJob(), undefined, 1);
    const job = store.jobs().at(-1) as SyncJob;
    expect(looks).toBe(1);
    for (const deliveries of [undefined, 2]) await syncPage({ ...job, walkId: 'walk_0009' }, undefined, deliveries);
    await syncPage({ ...job, walkId: 'walk_0009', attempt: 2 }, undefined, 1);
    expect([looks, calls.length]).toEqual([4, 1]);
    await syncPage(job, undefined, 1);
    expect([looks, calls.length, store.videos.size]).toEqual([4, 2, 39]);
    tick(1_000);
    await syncPage(job, undefined, 1);
    expect([looks, calls.length]).toEqual([5, 2]);
  });

  it('ends when empty pages crawl, since each job says how many there were before it', async () => {
    const { accountId, store, calls, pages, firstJob, walk } = world(posts(60));
    const whole = pages.of;
    pages.of = (cursor, maxCount) => {
      if (calls.length > 10 * BARREN_LIMIT) throw new Error('the walk does not end');
      return cursor === undefined ? whole(cursor, maxCount) : crawling(cursor);
    };
    await walk(firstJob());
    expect(calls).toHaveLength(1 + BARREN_LIMIT + 1);
    expect(store.jobs().at(-1)).toMatchObject({ barren: BARREN_LIMIT });
    expect(store.accounts.get(accountId)).toMatchObject({ state: 'healthy', sync: { videos: 20 } });
  });

  it('ends where a newer walk begins', async () => {
    const { store, firstJob, syncPage, tick } = world(posts(60));
    await syncPage(firstJob());
    const abandoned = store.jobs()[0] as SyncJob;
    tick(1000);
    await syncPage(firstJob({ walkId: 'walk_0002', jobId: 'job_00000002' }));
    const before = store.outbox.length;
    await syncPage(abandoned);
    await syncPage(firstJob({ queuedAt: '2026-10-31T00:00:00.000Z', walkId: 'walk_0000' }));
    expect(store.outbox).toHaveLength(before);
  });
});

describe('an incremental walk', () => {
  const newPosts = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      id: (7_100_000_000_000_000_000n + BigInt(count - index)).toString(),
      second: 1_790_100_000 - index,
    }));
  const completed = async (count: number, pageSize = 20) => {
    const scene = world(posts(count), { pageSize });
    await scene.walk(scene.firstJob());
    scene.tick(3_600_000);
    scene.calls.length = 0;
    const incremental = scene.store.schedules('tiktok.schedules.sync.').at(-1)?.job as SyncJob;
    return { ...scene, incremental };
  };

  it('costs one call when nothing was posted, and plans the next one', async () => {
    const { store, calls, incremental, walk } = await completed(137);
    await walk(incremental);
    expect(calls).toHaveLength(1);
    expect(store.schedules('tiktok.schedules.sync.')).toHaveLength(2);
    expect(store.schedules('tiktok.schedules.refresh.')).toHaveLength(1);
  });

  it('goes on until a page brings nothing new', async () => {
    const { accountId, store, calls, library, incremental, walk } = await completed(60);
    library.unshift(...newPosts(25));
    await walk(incremental);
    expect(store.videos.size).toBe(85);
    expect(calls).toHaveLength(3);
    expect(store.accounts.get(accountId)).toMatchObject({ state: 'healthy', sync: { videos: 85, complete: true } });
  });

  it('is not stopped by what a live page has stored meanwhile', async () => {
    const { store, accountId, ports, library, incremental, walk } = await completed(60);
    library.unshift(...newPosts(45));
    const livePage = makeFetchLivePage({ ...ports, reportNeedsConsent: () => Promise.resolve(false) });
    await livePage({ version: 1, requestId: 'req_00000001', accountId });
    expect(store.videos.size).toBe(80);
    await walk(incremental);
    expect([...store.videos.keys()].sort()).toEqual(library.map(({ id }) => id).sort());
  });

  it('is not stopped by a page whose embeds are all refused', async () => {
    const { store, library, verdicts, incremental, walk } = await completed(60);
    library.unshift(...newPosts(45));
    const refused = new Set(library.slice(0, 20).map(({ id }) => id));
    verdicts.of = (embed) =>
      refused.has(embed.videoId) ? { videoId: embed.videoId, verdict: 'rejected', reasons: ['script'] } : safe(embed);
    await walk(incremental);
    expect([...store.videos.keys()].sort()).toEqual(
      library
        .map(({ id }) => id)
        .filter((id) => !refused.has(id))
        .sort(),
    );
  });

  it('finds all that was posted since, whatever people have had stored meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          before: fc.integer({ min: 0, max: 60 }),
          posted: fc.integer({ min: 0, max: 60 }),
          pageSize: fc.integer({ min: 2, max: 20 }),
          livePages: fc.integer({ min: 0, max: 3 }),
          lookedUp: fc.array(fc.nat(59), { maxLength: 10 }),
          refused: fc.array(fc.nat(59), { maxLength: 30 }),
        }),
        async ({ before, posted, pageSize, livePages, lookedUp, refused }) => {
          const { store, accountId, ports, library, verdicts, incremental, walk } = await completed(before, pageSize);
          const fresh = newPosts(posted);
          library.unshift(...fresh);
          const bad = new Set(refused.map((index) => fresh[index]?.id));
          verdicts.of = (embed) =>
            bad.has(embed.videoId) ? { videoId: embed.videoId, verdict: 'rejected', reasons: ['script'] } : safe(embed);
          const onDemand = { ...ports, reportNeedsConsent: () => Promise.resolve(false) };
          const asked = { version: 1 as const, requestId: 'req_00000001', accountId };
          for (const { id } of lookedUp.flatMap((index) => fresh[index] ?? [])) {
            await makeLookUpVideo(onDemand)({ ...asked, videoId: id }).catch(() => undefined);
          }
          let cursor: number | undefined;
          for (let pages = 0; pages < livePages && (pages === 0 || cursor !== undefined); pages += 1) {
            const page = await makeFetchLivePage(onDemand)({ ...asked, ...(cursor === undefined ? {} : { cursor }) });
            cursor = page.nextCursor;
          }
          await walk(incremental);
          const expected = library.map(({ id }) => id).filter((id) => !bad.has(id));
          expect([...store.videos.keys()].sort()).toEqual(expected.sort());
          expect(store.accounts.get(accountId)?.sync.videos).toBe(expected.length);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('costs one call again after it, refused embeds or not', async () => {
    const { store, calls, library, verdicts, incremental, walk, tick } = await completed(60);
    library.unshift(...newPosts(30));
    verdicts.of = ({ videoId }) => ({ videoId, verdict: 'rejected', reasons: ['script'] });
    await walk(incremental);
    tick(3_600_000);
    calls.length = 0;
    await walk(store.schedules('tiktok.schedules.sync.').at(-1)?.job as SyncJob);
    // Thirty new ones that may not be stored lie above the rest; the walk before has seen them.
    expect(calls).toHaveLength(1);
  });

  it('goes down again to where one got stuck', async () => {
    const { store, pages, library, incremental, walk, tick } = await completed(60);
    library.unshift(...newPosts(45));
    const whole = pages.of;
    pages.of = (_cursor, maxCount) => ({ ...whole(undefined, maxCount), hasMore: true });
    await walk(incremental);
    expect(store.videos.size).toBe(80);
    pages.of = whole;
    tick(3_600_000);
    await walk(store.schedules('tiktok.schedules.sync.').at(-1)?.job as SyncJob);
    expect(store.videos.size).toBe(105);
  });

  it('never replaces a walk that has not come to its end', async () => {
    const { store, firstJob, syncPage, tick } = world(posts(60));
    await syncPage(firstJob());
    const before = store.outbox.length;
    tick(10_000);
    await syncPage(firstJob({ mode: 'incremental', walkId: 'walk_0009' }));
    expect(store.outbox).toHaveLength(before);
  });
});

describe('what goes wrong with a page', () => {
  it('asks for a token once more when TikTok refuses it, and not again after that', async () => {
    const scene = world(posts(5));
    scene.faults.push(new PlatformError('E_TIKTOK_TOKEN_REJECTED', 'refused'));
    await scene.syncPage(scene.firstJob());
    expect(scene.leases).toMatchObject([{}, { rejectedGeneration: 1 }]);
    expect(scene.store.videos.size).toBe(5);

    const other = world(posts(5));
    other.faults.push(
      new PlatformError('E_TIKTOK_TOKEN_REJECTED', '1'),
      new PlatformError('E_TIKTOK_TOKEN_REJECTED', '2'),
    );
    await expect(other.syncPage(other.firstJob())).rejects.toMatchObject({ code: 'E_TIKTOK_TOKEN_REJECTED' });
    expect(other.calls).toHaveLength(2);
  });

  it('waits for a permit without an attempt and without keeping the token', async () => {
    const scene = world(posts(5));
    const none = new PlatformError('E_PERMIT_UNAVAILABLE', 'none');
    scene.faults.push(none, none, new PlatformError('E_PERMIT_STALE', 'too old'));
    await scene.syncPage(scene.firstJob());
    expect(scene.calls).toHaveLength(1);
    expect(scene.leases).toHaveLength(4);
  });

  it('stores nothing of a video whose embed is refused, and all others', async () => {
    const scene = world(posts(5));
    const bad = scene.library[2]?.id;
    scene.verdicts.of = (embed) =>
      embed.videoId === bad ? { videoId: embed.videoId, verdict: 'rejected', reasons: ['script'] } : safe(embed);
    await scene.walk(scene.firstJob());
    expect(scene.store.videos.size).toBe(4);
    expect(scene.store.videos.has(bad ?? '')).toBe(false);
    expect(scene.counted.embed).toBe(1);
    expect(scene.store.accounts.get(scene.accountId)?.sync.videos).toBe(4);
  });

  it('believes no time that lies ahead, and stores every video of the page', async () => {
    const scene = world(posts(5));
    const whole = scene.pages.of;
    const ahead = [1_790_000_000_000, 253_402_300_800, 9e15].map((second) => new Date(second * 1000));
    scene.pages.of = (cursor, maxCount) => {
      const answer = whole(cursor, maxCount);
      return {
        ...answer,
        videos: answer.videos.map((video, nth) => ({ ...video, createdAt: ahead[nth] ?? new Date(0) })),
      };
    };
    await scene.walk(scene.firstJob());
    const stored = [...scene.store.videos.values()].map(({ video }) => video);
    expect(stored).toHaveLength(5);
    for (const video of stored) {
      expect(Video.safeParse(video).success).toBe(true);
      expect(Date.parse(video.createdAt)).toBeLessThanOrEqual(scene.ports.clock().getTime());
    }
    expect(scene.store.accounts.get(scene.accountId)).toMatchObject({ state: 'healthy', sync: { videos: 5 } });
  });

  it("never takes another creator's video, unless that creator has left", async () => {
    const scene = world(posts(3));
    const [taken, left] = scene.library.map(({ id }) => id) as [string, string];
    const owner = newAccountId();
    const gone = newAccountId();
    const storedFor = (accountId: string, id: string) => {
      const { shareUrl, embed } = safe({ videoId: id }) as Extract<ReturnType<typeof safe>, { verdict: 'safe' }>;
      const at = new Date(0);
      const video = { id, shareUrl, embed, caption: 'old', createdAt: at.toISOString(), counts: { shares: 7 } };
      scene.store.videos.set(id, { accountId, storedAt: at, refreshedAt: at, video });
    };
    scene.store.connect(owner, {}, 'healthy');
    scene.store.connect(gone, {}, 'revoked');
    storedFor(owner, taken);
    storedFor(gone, left);
    await scene.walk(scene.firstJob());
    expect(scene.store.videos.get(taken)?.accountId).toBe(owner);
    expect(scene.store.videos.get(left)).toMatchObject({ accountId: scene.accountId });
    expect(scene.store.videos.get(left)?.video.counts).toEqual({ views: 10, likes: 1 });
    expect(scene.counted.foreign).toBe(1);
    expect(scene.store.accounts.get(scene.accountId)?.sync.videos).toBe(2);
  });

  it('writes nothing once the creator has disconnected, even with the page in hand', async () => {
    const scene = world(posts(30));
    const kept = scene.store.accounts.get(scene.accountId);
    scene.verdicts.of = (embed) => {
      if (kept !== undefined) kept.state = 'revoked';
      return safe(embed);
    };
    await expect(scene.syncPage(scene.firstJob())).rejects.toMatchObject({ code: 'E_ACCOUNT_REVOKED' });
    expect(scene.store.videos.size).toBe(0);
    expect(scene.store.outbox).toHaveLength(0);
    expect(scene.counted.dropped).toBe(1);
  });

  it('keeps a count that TikTok left out', async () => {
    const scene = world(posts(1));
    await scene.walk(scene.firstJob());
    const id = scene.library[0]?.id ?? '';
    const before = scene.store.videos.get(id);
    if (before === undefined) throw new Error('nothing was stored');
    scene.store.videos.set(id, { ...before, video: { ...before.video, counts: { views: 1, shares: 9 } } });
    scene.tick(1000);
    await scene.walk(scene.firstJob({ walkId: 'walk_0002' }));
    expect(scene.store.videos.get(id)?.video.counts).toEqual({ views: 10, likes: 1, shares: 9 });
    expect(scene.store.accounts.get(scene.accountId)).toMatchObject({ state: 'healthy', sync: { videos: 1 } });
  });
});

describe('a creator’s name and picture', () => {
  it('cost one call of the first page where they are wanted, and none otherwise', async () => {
    const scene = world(posts(45));
    const { ports, intervals } = scene;
    const fetchProfile = makeFetchProfile(ports);
    const syncPage = makeSyncPage({ ...ports, intervals, fetchProfile });
    await syncPage(scene.firstJob());
    await syncPage(scene.store.jobs()[0] as SyncJob);
    expect(scene.calls.map(({ endpoint }) => endpoint)).toEqual(['list', 'profile', 'list']);
  });
});
