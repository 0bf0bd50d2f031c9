import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { PlatformError, VideosUpdate, type RefreshJob } from '@trendpot/contracts';
import { gate } from '@trendpot/testing';
import fc from 'fast-check';
import { videoId, world } from '../../test/world.ts';
import { makeRefreshAccount } from './refresh-account.ts';

describe('a round of fresh counts', () => {
  it('asks for every video once, twenty at a time, and plans the next round', async () => {
    const { calls, round, firstJob, schedules, account, now, videos } = world(45);
    await round(firstJob());
    expect(calls.map(({ ids }) => ids.length)).toEqual([20, 20, 5]);
    expect(new Set(calls.flatMap(({ ids }) => ids)).size).toBe(45);
    expect(schedules()).toHaveLength(1);
    expect(schedules()[0]?.at.getTime()).toBe(now.value.getTime() + 900_000);
    expect(account()).toMatchObject({ metricsAt: now.value, round: { finishedAt: now.value } });
    expect([...videos.values()].every(({ refreshedAt }) => refreshedAt === now.value)).toBe(true);
  });

  it('takes exactly as many calls as full batches need', async () => {
    const { calls, round, firstJob } = world(40);
    await round(firstJob());
    expect(calls).toHaveLength(2);
  });

  it('takes no call for a creator without videos, and still comes again', async () => {
    const { calls, round, firstJob, schedules, events } = world(0);
    await round(firstJob());
    expect(calls).toHaveLength(0);
    expect(events()).toHaveLength(0);
    expect(schedules()).toHaveLength(1);
  });

  it('keeps a count that TikTok left out, and tells all counts of every video', async () => {
    const { round, firstJob, videos, events, now } = world(3);
    await round(firstJob());
    expect(videos.get(videoId(0))?.counts).toEqual({ views: 100, likes: 3, shares: 5 });
    const [event] = events();
    expect(VideosUpdate.parse(event)).toMatchObject({ change: 'metrics' });
    expect(event?.['videos']).toEqual(
      [0, 1, 2].map((index) => ({
        id: videoId(index),
        counts: { views: 100, likes: 3, shares: 5 },
        refreshedAt: now.value.toISOString(),
      })),
    );
  });

  it('does every batch once, however often its jobs are delivered or cut off', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.infiniteStream(fc.constantFrom('done', 'again', 'cut', 'twice')),
        async (count, batchSize, fates) => {
          const { refresh, firstJob, jobs, schedules, hooks, events } = world(count, { batchSize });
          const queue: RefreshJob[] = [firstJob()];
          let seen = 0;
          for (let guard = 0; queue.length > 0 && guard < 2000; guard += 1) {
            const job = queue.shift() as RefreshJob;
            const fate = fates.next().value;
            if (fate === 'cut') {
              hooks.beforeCommit = () => {
                throw new PlatformError('E_UNAVAILABLE', 'cut off before the commit');
              };
              await refresh(job).catch(() => undefined);
              hooks.beforeCommit = () => undefined;
              queue.push(job);
            } else {
              await (fate === 'twice' ? Promise.all([refresh(job), refresh(job)]) : refresh(job));
              if (fate === 'again') queue.push(job);
            }
            for (; seen < jobs().length; seen += 1) queue.push(jobs()[seen] as RefreshJob);
          }
          expect(schedules()).toHaveLength(1);
          const told = events().flatMap(({ videos }) => (videos as { id: string }[]).map(({ id }) => id));
          expect(told).toEqual(Array.from({ length: count }, (_, index) => videoId(index)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves alone what was asked for later and stored before its answer came', async () => {
    const { refresh, firstJob, videos, tiktok, events, now } = world(2);
    const asked = now.value;
    const answered = gate();
    tiktok.hidden.add(videoId(1));
    tiktok.answers = () => answered.passed;
    const late = refresh(firstJob());
    await setImmediate();
    const later = new Date(asked.getTime() + 5_000);
    for (const [id, video] of videos) videos.set(id, { ...video, counts: { views: 500 }, refreshedAt: later });
    now.value = new Date(asked.getTime() + 10_000);
    answered.open();
    await late;
    expect([...videos.values()]).toMatchObject([
      { counts: { views: 500 }, refreshedAt: later, absences: 0 },
      { counts: { views: 500 }, refreshedAt: later, absences: 0 },
    ]);
    expect(events()).toEqual([]);
  });

  it('says of its counts when they were asked for, not when they were stored', async () => {
    const { refresh, firstJob, videos, tiktok, events, now } = world(1);
    const asked = now.value;
    tiktok.answers = async () => void (now.value = new Date(asked.getTime() + 40_000));
    await refresh(firstJob());
    expect(videos.get(videoId(0))).toMatchObject({ counts: { views: 100 }, refreshedAt: asked });
    expect(events()).toMatchObject([{ videos: [{ refreshedAt: asked.toISOString() }] }]);
  });

  it('ends where a newer round begins', async () => {
    const { refresh, firstJob, jobs, calls, now } = world(45);
    await refresh(firstJob());
    now.value = new Date(now.value.getTime() + 1000);
    await refresh(firstJob({ jobId: 'job_00000002' }));
    const before = calls.length;
    await refresh(jobs()[0] as RefreshJob);
    expect(calls).toHaveLength(before);
  });
});

describe('a video TikTok does not know any more', () => {
  it('is removed at the second round without it, with an event', async () => {
    const { round, firstJob, nextRound, tiktok, videos, events, account, counted } = world(3);
    tiktok.hidden.add(videoId(1));
    await round(firstJob());
    expect(videos.get(videoId(1))).toMatchObject({ absences: 1, counts: { views: 1, shares: 5 } });
    await nextRound();
    expect(videos.has(videoId(1))).toBe(false);
    expect(events().at(-1)).toMatchObject({ change: 'removed', videoIds: [videoId(1)] });
    expect(account().videos).toBe(2);
    expect(counted.removed).toBe(1);
  });

  it('stays while it is unknown for less than an interval, however many rounds there are', async () => {
    const { round, firstJob, nextRound, tiktok, videos, now } = world(3);
    const startedAt = now.value.getTime();
    tiktok.hidden.add(videoId(1));
    for (const seconds of [0, 61, 899]) {
      now.value = new Date(startedAt + seconds * 1000);
      await round(firstJob({ queuedAt: now.value.toISOString() }));
    }
    expect(videos.get(videoId(1))).toMatchObject({ absences: 3, absentSince: new Date(startedAt) });
    await nextRound();
    expect(videos.has(videoId(1))).toBe(false);
  });

  it('stays when it comes back in between', async () => {
    const { round, firstJob, nextRound, tiktok, videos } = world(3);
    tiktok.hidden.add(videoId(1));
    await round(firstJob());
    tiktok.hidden.clear();
    await nextRound();
    tiktok.hidden.add(videoId(1));
    await nextRound();
    expect(videos.get(videoId(1))).toMatchObject({ absences: 1 });
  });
});

describe('a picture', () => {
  const fresh = 'https://p16.tiktokcdn.com/b.jpeg?x-expires=1794700800';

  it('comes with the same call when it would be dead before the next look', async () => {
    const { round, firstJob, calls, tiktok, videos, events } = world(2);
    const stored = videos.get(videoId(0));
    if (stored !== undefined) {
      videos.set(videoId(0), {
        ...stored,
        thumbnail: { url: 'https://p16.tiktokcdn.com/a.jpeg', expiresAt: '2026-11-01T00:10:00.000Z' },
      });
    }
    tiktok.thumbnailUrl = fresh;
    await round(firstJob());
    expect(calls).toMatchObject([{ fields: 'all' }]);
    expect(videos.get(videoId(0))?.thumbnail).toEqual({ url: fresh, expiresAt: '2026-11-15T00:00:00.000Z' });
    expect((events()[0]?.['videos'] as object[])[0]).toMatchObject({ thumbnail: { url: fresh } });
  });

  it('comes in every batch when it would be dead before the next round, far off while rounds are stretched', async () => {
    const { round, firstJob, calls, tiktok, videos, schedules, budget, now } = world(2, { batchSize: 1 });
    budget.callsOfAllRounds = 2000;
    const dead = { url: 'https://p16.tiktokcdn.com/a.jpeg', expiresAt: '2026-11-01T01:00:00.000Z' };
    for (const [id, video] of videos) videos.set(id, { ...video, thumbnail: dead });
    tiktok.thumbnailUrl = fresh;
    await round(firstJob());
    expect(schedules()[0]?.at.getTime()).toBe(now.value.getTime() + 12 * 3_600_000);
    expect(calls).toMatchObject([{ fields: 'all' }, { fields: 'all' }]);
    expect([...videos.values()].map(({ thumbnail }) => thumbnail?.url)).toEqual([fresh, fresh]);
  });

  it('is not asked for while it lives, and never taken from a strange host', async () => {
    const { round, firstJob, nextRound, calls, tiktok, videos, now } = world(1);
    tiktok.thumbnailUrl = 'https://example.org/b.jpeg';
    await round(firstJob());
    expect(calls).toMatchObject([{ fields: 'counts' }]);
    now.value = new Date('2027-02-01T00:00:00Z');
    await round(firstJob({ queuedAt: now.value.toISOString() }));
    expect(calls.at(-1)).toMatchObject({ fields: 'all' });
    expect(videos.get(videoId(0))?.thumbnail?.url).toBe('https://p16.tiktokcdn.com/a.jpeg');
    await nextRound();
  });
});

describe('what ends a round', () => {
  it('is a disconnect, even with the answer in hand', async () => {
    const scene = world(3);
    scene.tiktok.counts = () => {
      scene.state('revoked');
      return { views: 100 };
    };
    await expect(scene.refresh(scene.firstJob())).rejects.toMatchObject({ code: 'E_ACCOUNT_REVOKED' });
    expect(scene.outbox).toHaveLength(0);
    expect(scene.videos.get(videoId(0))?.counts.views).toBe(1);
  });

  it('is a void grant', async () => {
    const { refresh, firstJob, calls } = world(3, { state: 'needs_consent' });
    await expect(refresh(firstJob())).rejects.toMatchObject({ code: 'E_NEEDS_CONSENT' });
    expect(calls).toHaveLength(0);
  });

  it('is not a permit that cannot be had yet: the job waits for its turn, and gives it up in the end', async () => {
    const { round, firstJob, faults, turns, schedules } = world(3);
    faults.push(new PlatformError('E_PERMIT_UNAVAILABLE', 'none'), new PlatformError('E_PERMIT_STALE', 'too old'));
    await round(firstJob());
    expect(turns).toEqual([false, true, true]);
    expect(schedules()).toHaveLength(1);
  });

  it('is not a day’s budget that cannot be read: no call is made whose answer would be lost', async () => {
    const { ports, firstJob, calls, schedules } = world(3);
    let fails = true;
    const today = () => {
      if (!fails) return ports.budget.today();
      fails = false;
      return Promise.reject(new PlatformError('E_UNAVAILABLE', 'NATS does not answer'));
    };
    const refresh = makeRefreshAccount({ ...ports, budget: { today } });
    await expect(refresh(firstJob())).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    expect(calls).toHaveLength(0);
    await refresh(firstJob());
    expect(calls).toHaveLength(1);
    expect(schedules()).toHaveLength(1);
  });

  it('is not a token that TikTok refused once', async () => {
    const { round, firstJob, faults, calls, schedules } = world(3);
    faults.push(new PlatformError('E_TIKTOK_TOKEN_REJECTED', 'refused'));
    await round(firstJob());
    expect(calls).toHaveLength(2);
    expect(schedules()).toHaveLength(1);
  });
});
