import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Appended, Database } from '@trendpot/persistence';
import { addAccount, append, someVideo, startDatabase } from '../../../../libs/persistence/test/fixtures.ts';
import { metricsRefreshed } from '../domain/change.ts';
import type { Current, Library } from '../domain/ports.ts';
import type { Refreshed } from '../domain/video.ts';
import { mongoLibrary } from './mongo-library.ts';

const stack = new AsyncDisposableStack();
let database: Database;
beforeAll(async () => {
  ({ database } = stack.use(await startDatabase()));
}, 60_000);
afterAll(() => stack.disposeAsync());

const someLibrary = () => {
  const told: { readonly accountId: string; readonly subjects: readonly string[] | undefined }[] = [];
  const onStored = (accountId: string, appended?: Appended): void =>
    void told.push({ accountId, subjects: appended?.entries.map(({ subject }) => subject) });
  return { library: mongoLibrary(database, onStored), told };
};

const refresh = (library: Library, accountId: string) =>
  library.change({ accountId }, () => ({
    account: {},
    videos: [],
    at: new Date(),
    announce: [metricsRefreshed(accountId, [])],
  }));

describe('the library of the refresher', () => {
  it('hands over what it has to say when nothing older of the account waits, and else only that it has', async () => {
    const { library, told } = someLibrary();
    const accountId = await addAccount(database);
    await refresh(library, accountId);
    await refresh(library, accountId);
    expect(told).toEqual([{ accountId, subjects: ['tiktok.videos.update'] }, { accountId }]);
    const waiting = await database.collections.outbox.countDocuments({ accountId });
    expect(waiting).toBe(2);
  });

  it('says nothing when nothing was to be changed', async () => {
    const { library, told } = someLibrary();
    const accountId = await addAccount(database);
    expect(await library.change({ accountId }, () => undefined)).toBeUndefined();
    await append(database, accountId);
    expect(told).toEqual([]);
  });

  it('decides on the asked videos that are still stored for the account, in the order of ids', async () => {
    const { library } = someLibrary();
    const accountId = await addAccount(database);
    const mine = [someVideo(accountId), someVideo(accountId), someVideo(accountId)];
    const theirs = someVideo(await addAccount(database));
    await database.collections.videos.insertMany([...mine, theirs]);
    const asked = [mine[2], theirs, mine[0]].map((video) => video?._id ?? '');
    const seen: Current[] = [];
    await library.change({ accountId, videoIds: asked }, (current) => void seen.push(current));
    const ids = [mine[0]?._id ?? '', mine[2]?._id ?? ''].sort();
    expect(seen[0]?.account).toMatchObject({ accountId, videos: 0 });
    expect(seen[0]?.videos.map(({ videoId }) => videoId)).toEqual(ids);
  });

  it('keeps since when a video has been absent, until it is seen again', async () => {
    const { library } = someLibrary();
    const accountId = await addAccount(database);
    const { _id: videoId } = someVideo(accountId);
    await database.collections.videos.insertOne({ ...someVideo(accountId), _id: videoId, tiktokVideoId: videoId });
    const since = new Date('2026-11-01T00:00:00Z');
    const seen = { kind: 'seen', videoId, counts: { views: 7 } } as const;
    const store = (video: Refreshed, refreshedAt: Date) =>
      library.change({ accountId }, () => ({
        account: {},
        videos: [video],
        refreshedAt,
        at: new Date(),
        announce: [],
      }));
    await store({ kind: 'absent', videoId, absences: 1, since }, since);
    expect(await library.videosAfter(accountId, undefined, 1)).toMatchObject([{ absences: 1, absentSince: since }]);
    const askedAt = new Date('2026-11-01T00:15:00Z');
    await store(seen, askedAt);
    const [video] = await library.videosAfter(accountId, undefined, 1);
    expect(video).toMatchObject({ absences: 0, counts: { views: 7 }, refreshedAt: askedAt });
    expect(video).not.toHaveProperty('absentSince');
  });

  it('reads nothing of the tokens but their number', async () => {
    const { library } = someLibrary();
    const accountId = await addAccount(database);
    const seen: unknown[] = [await library.account(accountId)];
    await library.change({ accountId }, ({ account }) => void seen.push(account));
    const all = { accountId, state: 'connected', generation: 1, videos: 0 };
    expect(seen).toEqual([all, all]);
  });
});
