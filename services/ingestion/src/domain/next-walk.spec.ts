import { describe, expect, it } from '@jest/globals';
import type { SyncJob } from '@trendpot/contracts';
import fc from 'fast-check';
import { posts, world } from '../../test/world.ts';
import { isFullWalkDue } from './next-walk.ts';

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 7 * 24;

/** An account whose library was walked once, and its walks of the hours that follow. */
const walked = async (count: number) => {
  const scene = world(posts(count));
  await scene.walk(scene.firstJob());
  const hourly = async (hours: number): Promise<string[]> => {
    const modes: string[] = [];
    for (let hour = 0; hour < hours; hour += 1) {
      scene.tick(HOUR_MS);
      const job = scene.store.schedules('tiktok.schedules.sync.').at(-1)?.job as SyncJob;
      modes.push(job.mode);
      await scene.walk(job);
    }
    return modes;
  };
  return { ...scene, hourly };
};

describe('the weekly full walk', () => {
  it('brings back a video that was hidden below the newest page, and is the only one of the week', async () => {
    const { store, library, calls, hourly } = await walked(137);
    const [hidden] = library.splice(100, 1) as [(typeof library)[number]];
    store.videos.delete(hidden.id);
    const before = await hourly(2);
    library.splice(100, 0, hidden);
    calls.length = 0;
    const after = await hourly(WEEK_HOURS - 2);
    expect(store.videos.has(hidden.id)).toBe(true);
    expect(store.videos.size).toBe(137);
    expect([...before, ...after].filter((mode) => mode === 'full')).toHaveLength(1);
    expect(calls).toHaveLength(WEEK_HOURS - 3 + Math.ceil(137 / 19));
  });

  it('finds a video that was made public late', async () => {
    const { store, library, hourly } = await walked(60);
    const late = { id: '6999999999999999999', second: (library[40]?.second ?? 0) - 1 };
    library.splice(41, 0, late);
    await hourly(WEEK_HOURS);
    expect(store.videos.has(late.id)).toBe(true);
  });

  it('leaves the account healthy and its library complete', async () => {
    const { store, accountId, hourly } = await walked(60);
    const told = store.events().length;
    await hourly(WEEK_HOURS);
    expect(
      store
        .events()
        .slice(told)
        .every(({ progress }) => (progress as { complete: boolean }).complete),
    ).toBe(true);
    expect(store.accounts.get(accountId)).toMatchObject({ state: 'healthy', sync: { videos: 60, complete: true } });
  });

  const anyId = fc.stringMatching(/^acc_[0-9a-v]{20}$/);

  it('is due once in any seven days, whatever the pace of the walks', () => {
    const pauses = fc.array(fc.integer({ min: 1, max: 20 * HOUR_MS }), { minLength: 1, maxLength: 40 });
    const begin = fc.integer({ min: 1_790_000_000_000, max: 1_800_000_000_000 });
    fc.assert(
      fc.property(anyId, begin, pauses, (accountId, first, some) => {
        const end = first + WEEK_HOURS * HOUR_MS;
        let at = first;
        let due = 0;
        for (let walk = 0; at < end; walk += 1) {
          const next = Math.min(end, at + (some[walk % some.length] ?? 0) + 60_000);
          if (isFullWalkDue(accountId, new Date(at), new Date(next))) due += 1;
          at = next;
        }
        expect(due).toBe(1);
      }),
    );
  });

  it('is not due while nobody knows when the account was walked', () => {
    fc.assert(fc.property(anyId, (accountId) => !isFullWalkDue(accountId, undefined, new Date('2026-11-01'))));
  });

  it('comes for every account at a time of its own', () => {
    const DAY_MS = 24 * HOUR_MS;
    const monday = Date.parse('2026-11-02T00:00:00Z');
    const dueOn = (day: number) => {
      const [from, to] = [new Date(monday + day * DAY_MS), new Date(monday + (day + 1) * DAY_MS)];
      return [...'0123456789abcdefghijklmnopqrstuv'].filter((digit) =>
        isFullWalkDue(`acc_000000000000${digit}0000000`, from, to),
      ).length;
    };
    const days = [0, 1, 2, 3, 4, 5, 6].map(dueOn);
    expect(days.reduce((sum, count) => sum + count)).toBe(32);
    expect(Math.max(...days)).toBeLessThanOrEqual(5);
  });
});
