import { describe, expect, it } from '@jest/globals';
import type { DeadLetter, PlatformEvent, SyncJob } from '@trendpot/contracts';
import { makeEraseRevoked, makeReconcile } from '@trendpot/worker';
import { posts, world } from '../../test/world.ts';
import type { Account } from './account.ts';
import { makeEraseAccount } from './erase-account.ts';
import { makeGiveUpJob } from './give-up-job.ts';
import { makeRestoreWork } from './restore-work.ts';
import { makeStillCounts } from './still-counts.ts';

const letter = (accountId: string): DeadLetter => ({
  version: 1,
  queue: 'sync',
  subject: `tiktok.jobs.sync.page.${accountId}`,
  accountId,
  code: 'E_TIKTOK_UNAVAILABLE',
  message: '',
  attempts: 5,
  failedAt: '2026-11-01T00:00:00.000Z',
  body: '',
  truncated: false,
});

describe('a page job that is given up', () => {
  const scene = async () => {
    const around = world(posts(60));
    const told: DeadLetter[] = [];
    const operations = { jobFailed: (given: DeadLetter) => Promise.resolve(void told.push(given)) };
    const { ports, store, intervals, syncPage, firstJob, accountId } = around;
    await syncPage(firstJob());
    const giveUp = makeGiveUpJob({ library: store, operations, syncMs: intervals.syncMs, clock: ports.clock });
    return { ...around, told, giveUp, page: store.jobs()[0] as SyncJob, letter: letter(accountId) };
  };

  it('leaves its error on the account, tells operations and subscribers, and is tried again later', async () => {
    const { giveUp, page, letter, told, store, accountId, ports, syncPage } = await scene();
    await giveUp(letter, { ...page, attempt: 7, outages: 2 });
    expect(store.accounts.get(accountId)).toMatchObject({
      state: 'syncing',
      lastError: { code: 'E_TIKTOK_UNAVAILABLE', at: ports.clock() },
    });
    expect(told).toHaveLength(1);
    expect(store.events().at(-1)).toMatchObject({ change: 'failed', code: 'E_TIKTOK_UNAVAILABLE' });
    const [again] = store.schedules('tiktok.schedules.sync.');
    expect(again?.job).toMatchObject({ page: 1, walkId: 'walk_0001', cursor: page.cursor, attempt: 1 });
    expect(again?.job).not.toHaveProperty('outages');
    await syncPage(again?.job as SyncJob);
    expect(store.videos.size).toBeGreaterThan(20);
  });

  it('is only reported when its page was stored meanwhile, or nobody can say what it was', async () => {
    const { giveUp, page, letter, told, store, syncPage } = await scene();
    await syncPage(page);
    const before = store.outbox.length;
    await giveUp(letter, page);
    await giveUp(letter, undefined);
    expect(store.outbox).toHaveLength(before);
    expect(told).toHaveLength(2);
  });
});

describe('a failed page job', () => {
  it('is worth another attempt while its page is the next one, and its account is there', async () => {
    const { store, syncPage, firstJob, accountId } = world(posts(60));
    const stillCounts = makeStillCounts({ library: store });
    const job = firstJob();
    expect(await stillCounts(job)).toBe(true);
    await syncPage(job);
    expect(await stillCounts(job)).toBe(false);
    const next = store.jobs()[0] as SyncJob;
    expect(await stillCounts(next)).toBe(true);
    expect(await stillCounts({ ...next, accountId: `${accountId}x` as never })).toBe(false);
  });
});

describe('looking for accounts without work', () => {
  const scene = (hasWork: boolean) => {
    const around = world(posts(60));
    const { store, accountId, ports } = around;
    const quiet = async (): Promise<Account[]> => {
      const account = await store.account(accountId);
      return account === undefined ? [] : [account];
    };
    const accounts = { quiet, hasWork: () => Promise.resolve(hasWork) };
    return { ...around, accounts, reconcile: makeReconcile({ accounts, restoreWork: makeRestoreWork(ports) }) };
  };

  it('gives a new account the first page of its library', async () => {
    const { reconcile, store } = scene(false);
    await expect(reconcile()).resolves.toEqual({ restored: 1, finished: true });
    expect(store.jobs()).toMatchObject([{ mode: 'full', lane: 'first', page: 0 }]);
  });

  it('goes on where a walk stood, and what it restores is stored once', async () => {
    const { reconcile, store, syncPage, firstJob, walk } = scene(false);
    await syncPage(firstJob());
    const [lost] = store.jobs() as [SyncJob];
    await reconcile();
    expect(store.jobs()[1]).toMatchObject({ walkId: lost.walkId, page: 1, cursor: lost.cursor, lane: 'page' });
    await walk(store.jobs()[1] as SyncJob);
    await syncPage(lost);
    expect(store.videos.size).toBe(60);
    expect(store.schedules('tiktok.schedules.sync.')).toHaveLength(1);
  });

  it('gives a healthy account its next incremental walk', async () => {
    const { reconcile, store, walk, firstJob } = scene(false);
    await walk(firstJob());
    const before = store.jobs().length;
    await reconcile();
    expect(store.jobs()[before]).toMatchObject({ mode: 'incremental', page: 0 });
  });

  it('gives it a full walk when its weekly turn has passed without one', async () => {
    const { reconcile, store, walk, firstJob, tick } = scene(false);
    await walk(firstJob());
    const before = store.jobs().length;
    tick(7 * 86_400_000);
    await reconcile();
    expect(store.jobs()[before]).toMatchObject({ mode: 'full', lane: 'page', page: 0 });
  });

  it('leaves an account alone that has work, or that changed while it was looked at', async () => {
    const { reconcile, store } = scene(true);
    await expect(reconcile()).resolves.toEqual({ restored: 0, finished: true });
    const moving = scene(false);
    const hasWork = async () => {
      await moving.syncPage(moving.firstJob());
      return false;
    };
    const reconcileMoving = makeReconcile({
      accounts: { ...moving.accounts, hasWork },
      restoreWork: makeRestoreWork(moving.ports),
    });
    await expect(reconcileMoving()).resolves.toEqual({ restored: 0, finished: true });
    expect(moving.store.jobs()).toHaveLength(1);
    expect(store.outbox).toHaveLength(0);
  });
});

describe('a disconnect', () => {
  const revoked = (accountId: string, change: 'revoked' | 'state' = 'revoked'): PlatformEvent => ({
    id: 'evt_00000001',
    type: 'tiktok.accounts.update',
    source: '/trendpot/token-vault',
    time: '2026-11-01T00:00:00.000Z',
    data: { version: 1, accountId, sequence: 9, change, state: 'revoked' },
  });
  const scene = () => {
    const around = world([]);
    const erased: string[] = [];
    const note = (what: string) => (accountId: string) => Promise.resolve(erased.push(`${what} ${accountId}`));
    const erasure = { videos: note('videos'), events: note('events'), jobs: note('jobs') };
    const erase = makeEraseRevoked({ ...around.ports, erase: makeEraseAccount(erasure) });
    return { ...around, erase, erased };
  };

  it('erases videos, then jobs, then past events', async () => {
    const { erase, erased, store, accountId } = scene();
    store.connect(accountId, {}, 'revoked');
    await erase(revoked(accountId));
    expect(erased).toEqual([`videos ${accountId}`, `jobs ${accountId}`, `events ${accountId}`]);
  });

  it('erases nothing of an account that is connected, nor at any other event', async () => {
    const { erase, erased, store, accountId } = scene();
    await erase(revoked(accountId));
    store.connect(accountId, {}, 'revoked');
    await erase(revoked(accountId, 'state'));
    expect(erased).toEqual([]);
  });
});
