import { describe, expect, it } from '@jest/globals';
import type { DeadLetter, PlatformEvent, RefreshJob } from '@trendpot/contracts';
import { PlatformError } from '@trendpot/contracts';
import { makeEraseRevoked, makeReconcile, makeReportNeedsConsent } from '@trendpot/worker';
import { videoId, world } from '../../test/world.ts';
import { makeChangeAccount } from './change-account.ts';
import { makeGiveUpJob } from './give-up-job.ts';
import { makeRestoreWork } from './restore-work.ts';
import { makeStillCounts } from './still-counts.ts';

const letterOf = (accountId: string, code: string): DeadLetter => ({
  version: 1,
  queue: 'refresh',
  subject: `tiktok.jobs.refresh.${accountId}`,
  accountId,
  code,
  message: '',
  attempts: 5,
  failedAt: '2026-11-01T00:00:00.000Z',
  body: '',
  truncated: false,
});

describe('a refresh job that is given up', () => {
  const scene = () => {
    const around = world(45);
    const told: DeadLetter[] = [];
    const operations = { jobFailed: (given: DeadLetter) => Promise.resolve(void told.push(given)) };
    return { ...around, told, giveUp: makeGiveUpJob({ ...around.ports, operations }) };
  };

  it('leaves its error on the account, and the next round comes at its time', async () => {
    const { giveUp, firstJob, told, accountId, account, events, schedules, nextRound, videos, now } = scene();
    await giveUp(letterOf(accountId, 'E_TIKTOK_UNAVAILABLE'), firstJob());
    expect(account()).toMatchObject({ state: 'healthy', lastError: { code: 'E_TIKTOK_UNAVAILABLE' } });
    expect(told).toHaveLength(1);
    expect(events()).toMatchObject([{ change: 'failed', code: 'E_TIKTOK_UNAVAILABLE' }]);
    expect(schedules()).toHaveLength(1);
    await nextRound();
    expect([...videos.values()].filter(({ refreshedAt }) => refreshedAt === now.value)).toHaveLength(45);
  });

  it('is passed over when TikTok will never answer it, so that the videos behind it stay fresh', async () => {
    const { giveUp, firstJob, accountId, schedules, nextRound, videos } = scene();
    await giveUp(letterOf(accountId, 'E_TIKTOK_REQUEST_REJECTED'), firstJob());
    expect(schedules()[0]?.job).toMatchObject({ afterVideoId: videoId(19) });
    await nextRound();
    expect([...videos.values()].filter(({ refreshedAt }) => refreshedAt.getTime() > 0)).toHaveLength(25);
    await nextRound();
  });

  it('is only reported when its batch was done meanwhile', async () => {
    const { giveUp, firstJob, refresh, told, accountId, outbox } = scene();
    const job = firstJob();
    await refresh(job);
    const before = outbox.length;
    await giveUp(letterOf(accountId, 'E_TIKTOK_UNAVAILABLE'), job);
    await giveUp(letterOf(accountId, 'E_MALFORMED_MESSAGE'), undefined);
    expect(outbox).toHaveLength(before);
    expect(told).toHaveLength(2);
  });
});

describe('a failed refresh job', () => {
  it('is worth another attempt while its batch is the next one, and its account is there', async () => {
    const { ports, refresh, firstJob, jobs, state, accountId } = world(45);
    const stillCounts = makeStillCounts(ports);
    const job = firstJob();
    expect(await stillCounts(job)).toBe(true);
    await refresh(job);
    expect(await stillCounts(job)).toBe(false);
    expect(await stillCounts(jobs()[0] as RefreshJob)).toBe(true);
    state('revoked');
    expect(await stillCounts(jobs()[0] as RefreshJob)).toBe(false);
    expect(await stillCounts({ ...job, accountId: `${accountId}x` as never })).toBe(false);
  });
});

describe('looking for accounts without work', () => {
  const scene = (hasWork: boolean) => {
    const around = world(45);
    const accounts = { quiet: () => Promise.resolve([around.account()]), hasWork: () => Promise.resolve(hasWork) };
    return { ...around, reconcile: makeReconcile({ accounts, restoreWork: makeRestoreWork(around.ports) }) };
  };

  it('begins a round, once', async () => {
    const { reconcile, jobs, refresh, calls } = scene(false);
    await reconcile();
    await reconcile();
    expect(jobs()).toHaveLength(2);
    await refresh(jobs()[0] as RefreshJob);
    const before = calls.length;
    await refresh(jobs()[1] as RefreshJob);
    expect(calls).toHaveLength(before);
  });

  it('leaves a restored round its time, so that nothing is asked for before its turn', async () => {
    const { ports, account, schedules, jobs, firstJob, round, budget, now } = world(45);
    budget.callsOfAllRounds = 2000;
    await round(firstJob());
    const [planned] = schedules();
    const queued = jobs().length;
    now.value = new Date(now.value.getTime() + 61_000);
    await makeRestoreWork(ports)(account());
    expect(schedules()).toHaveLength(2);
    expect(schedules()[1]?.at).toEqual(planned?.at);
    expect(jobs()).toHaveLength(queued);
  });

  it('begins at once the round whose time has passed, or that stood still in the middle', async () => {
    const passed = world(45);
    await passed.round(passed.firstJob());
    const queued = passed.jobs().length;
    passed.now.value = new Date(passed.now.value.getTime() + 900_000);
    await makeRestoreWork(passed.ports)(passed.account());
    expect(passed.jobs()).toHaveLength(queued + 1);
    const halfway = world(45);
    await halfway.refresh(halfway.firstJob());
    await makeRestoreWork(halfway.ports)(halfway.account());
    expect(halfway.jobs()).toHaveLength(2);
  });

  it('leaves an account alone that has work', async () => {
    const { reconcile, outbox } = scene(true);
    await expect(reconcile()).resolves.toEqual({ restored: 0, finished: true });
    expect(outbox).toHaveLength(0);
  });
});

describe('what a creator decides', () => {
  it('is noted when a grant is void, once', async () => {
    const { ports, accountId, account, events } = world(3);
    const report = makeReportNeedsConsent({ ...ports, change: makeChangeAccount(ports) });
    const missing = new PlatformError('E_SCOPE_MISSING', 'video.data');
    await expect(report(accountId, missing)).resolves.toBe(true);
    await expect(report(accountId, missing)).resolves.toBe(true);
    await expect(report(accountId, new PlatformError('E_UNAVAILABLE', 'x'))).resolves.toBe(false);
    expect(account().state).toBe('needs_consent');
    expect(events()).toHaveLength(1);
  });

  it('is no matter of the grant that replaced the void one while that was refused', async () => {
    const { ports, accountId, account, events, faults, refresh, firstJob, connect, state } = world(3);
    const report = makeReportNeedsConsent({ ...ports, change: makeChangeAccount(ports) });
    const refusalOf = () => refresh(firstJob()).catch((thrown: unknown) => thrown);
    connect(1);
    faults.push(new PlatformError('E_SCOPE_MISSING', 'video.data'));
    const byTikTok = await refusalOf();
    state('needs_consent');
    const byTheAccount = await refusalOf();
    connect(2);
    for (const refusal of [byTikTok, byTheAccount]) expect(await report(accountId, refusal)).toBe(false);
    expect(account()).toMatchObject({ state: 'connected' });
    expect(events()).toEqual([]);
    connect(1);
    expect(await report(accountId, byTikTok)).toBe(true);
    expect(account()).toMatchObject({ state: 'needs_consent' });
  });

  it('erases jobs and schedules after a disconnect, and only then', async () => {
    const { ports, accountId, state } = world(3);
    const erased: string[] = [];
    const erase = makeEraseRevoked({ ...ports, erase: async (id) => ({ jobs: erased.push(id) }) });
    const event = (change: 'revoked' | 'state'): PlatformEvent => ({
      id: 'evt_00000001',
      type: 'tiktok.accounts.update',
      source: '/trendpot/token-vault',
      time: '2026-11-01T00:00:00.000Z',
      data: { version: 1, accountId, sequence: 9, change, state: 'revoked' },
    });
    await erase(event('revoked'));
    state('revoked');
    await erase(event('state'));
    expect(erased).toEqual([]);
    await erase(event('revoked'));
    expect(erased).toEqual([accountId]);
  });
});
