import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PlatformError, STREAM, SUBJECT } from '@trendpot/contracts';
import { eventually, gate } from '@trendpot/testing';
import { send, startPermitsBench, type PermitsBench } from '../../test/permits-bench.ts';
import type { Permit, Permits } from './permits.ts';

const refusedFor = (afterMs?: number) => async (permit: Permit) => {
  permit.beforeSend();
  throw new PlatformError('E_TIKTOK_RATE_LIMITED', '429', afterMs === undefined ? {} : { afterMs });
};

jest.setTimeout(60_000);

describe('the shared cool-down', () => {
  let bench: PermitsBench;
  let here: Permits;
  let there: Permits;
  let counted: string[];
  beforeAll(async () => {
    bench = await startPermitsBench();
  });
  beforeEach(async () => {
    counted = [];
    await bench.clear();
    here = await bench.open(bench.ingestion, {
      onRateLimited: (endpoint, kind) => counted.push(`${endpoint} ${kind}`),
    });
    there = await bench.open(await bench.platform.connect('metrics-refresher'));
  });
  afterAll(() => bench.stop());

  const remaining = async (permits: Permits): Promise<number> =>
    ((await permits.usage()).coolingDownUntil?.getTime() ?? 0) - Date.now();

  it('holds back every replica for as long as TikTok says, and counts the refusal', async () => {
    const startedAt = performance.now();
    const call = here.withPermit('interactive', refusedFor(1_200), { endpoint: 'video.list' });
    await expect(call).rejects.toMatchObject({ code: 'E_TIKTOK_RATE_LIMITED' });
    expect(counted).toEqual(['video.list interactive']);
    await eventually(async () => (await remaining(there)) > 0, { what: 'the other replica knows' });
    await there.withPermit('background', send);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_190);
    expect(performance.now() - startedAt).toBeLessThan(2_500);
  });

  it('stops a call whose permit was taken before, if it has not been sent yet', async () => {
    const taken = gate();
    const cooling = gate();
    let rounds = 0;
    const call = there.withPermit('background', async (permit) => {
      rounds += 1;
      taken.open();
      if (rounds === 1) await cooling.passed;
      permit.beforeSend();
    });
    await taken.passed;
    await here.coolDown({ afterMs: 200 });
    await eventually(async () => (await remaining(there)) > 0, { what: 'the other replica knows' });
    cooling.open();
    await call;
    expect(rounds).toBe(2);
  });

  it('counts several refusals of the same moment as one', async () => {
    const started = gate();
    const go = gate();
    let inFlight = 0;
    const calls = Array.from({ length: 4 }, (_, index) =>
      (index % 2 === 0 ? here : there).withPermit('background', async (permit) => {
        permit.beforeSend();
        if ((inFlight += 1) === 4) started.open();
        await go.passed;
        throw new PlatformError('E_TIKTOK_RATE_LIMITED', '429');
      }),
    );
    await started.passed;
    const before = (await bench.ingestion.manager.streams.info(STREAM.permitsCooldown)).state.last_seq;
    go.open();
    await Promise.allSettled(calls);
    const { state } = await bench.ingestion.manager.streams.info(STREAM.permitsCooldown);
    expect(state.last_seq - before).toBe(1);
  });

  it('grows with every refusal in a row', async () => {
    const attempts: number[] = [];
    for (let index = 0; index < 3; index += 1) {
      await here.withPermit('interactive', refusedFor()).catch(() => {});
      const stored = await bench.ingestion.manager.direct.getMessage(STREAM.permitsCooldown, {
        last_by_subj: 'tiktok.permits.cooldown',
      });
      attempts.push(stored?.json<{ attempt: number }>().attempt ?? 0);
    }
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('is found by a replica that starts during it', async () => {
    await here.coolDown({ afterMs: 60_000 });
    const late = await bench.open(await bench.platform.connect('metrics-refresher'));
    expect(await remaining(late)).toBeGreaterThan(58_000);
    await expect(late.withPermit('interactive', send, { deadlineMs: 1_000 })).rejects.toMatchObject({
      code: 'E_PERMIT_UNAVAILABLE',
    });
  });

  it('is no shorter for a replica whose clock is hours ahead, for only the clock of the server counts', async () => {
    const until = new Date(Date.now() - 3 * 3_600_000).toISOString();
    const marker = { version: 1, until, forMs: 60_000, attempt: 1 };
    await bench.ingestion.jetstream.publish(SUBJECT.permitCooldown, JSON.stringify(marker));
    const late = await bench.open(await bench.platform.connect('metrics-refresher'));
    expect(await remaining(late)).toBeGreaterThan(58_000);
    expect(await remaining(late)).toBeLessThanOrEqual(60_000);
  });

  it.each([0, -5_000])('is not skipped because TikTok says to come back in %i ms', async (afterMs) => {
    await here.withPermit('interactive', refusedFor(afterMs)).catch(() => {});
    expect(await remaining(here)).toBeGreaterThan(0);
  });

  it('says when it ends to whoever cannot wait for it', async () => {
    await here.coolDown({ afterMs: 30_000 });
    const refusal = await here.withPermit('interactive', send, { deadlineMs: 500 }).catch((error: unknown) => error);
    expect((refusal as PlatformError).afterMs).toBeGreaterThan(28_000);
  });
});
