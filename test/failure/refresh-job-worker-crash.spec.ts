import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONSUMER, STREAM } from '@trendpot/contracts';
import { eventually } from '@trendpot/testing';
import { CEILINGS, startPipelineLab, type PipelineLab } from '../pipeline/lab.ts';
import { discoverPoints, type Point } from './job-worker/discover-points.ts';
import { handOutAgain } from './job-worker/hand-out-again.ts';
import type { Stop } from './job-worker/messages.ts';
import { startWorker } from './job-worker/worker-process.ts';
import { LAST_BATCH, refreshJobStage, VIDEOS } from './refresh-job/refresh-job-stage.ts';

const UNDISTURBED_CALLS = LAST_BATCH + 1;

let lab: PipelineLab;
let stage: Awaited<ReturnType<typeof refreshJobStage>>;
beforeAll(async () => {
  const topology = { ceilings: { ...CEILINGS, concurrent: 500 }, consumers: { refresh: { maxAckPending: 1_000 } } };
  lab = await startPipelineLab({ topology });
  stage = await refreshJobStage(lab);
  // A transaction whose worker died keeps its account to itself for this long; a minute is the default.
  await lab.database.client.db('admin').command({ setParameter: 1, transactionLifetimeLimitSeconds: 10 });
}, 120_000);
afterAll(async () => lab?.[Symbol.asyncDispose](), 60_000);

/** All accounts are counted together once a minute: not every job passes there, so it is none of the points. */
const discover = async (): Promise<Point[]> => {
  await using worker = await startWorker('refresh', stage.environment);
  return await discoverPoints(worker, async () => {
    const accountId = await stage.newAccount();
    await stage.begin(accountId);
    await eventually(() => stage.isAtRest(accountId), { withinMs: 30_000, what: 'an undisturbed round' });
    return accountId;
  });
};

describe('a refresh job', () => {
  it('loses and doubles nothing when its worker is killed at any of its awaits', async () => {
    const points = await discover();
    const names = new Set(points.map(({ point }) => point));
    for (const step of ['vault.lease', 'permits.withPermit', 'tiktok.queryVideos', 'commit']) {
      expect([...names]).toEqual(expect.arrayContaining([step, `after ${step}`]));
    }
    expect(new Set(points.map(({ page }) => page))).toEqual(new Set([0, LAST_BATCH]));

    const doomed = await startWorker('refresh', stage.environment);
    const stops: Stop[] = await Promise.all(
      points.map(async (point) => ({ ...point, accountId: await stage.newAccount() })),
    );
    await doomed.stopAt(stops);
    await Promise.all(stops.map(({ accountId }) => stage.begin(accountId)));
    const missing = () => stops.filter(({ accountId }) => !doomed.stopped.has(accountId));
    await eventually(() => missing().length === 0, { withinMs: 60_000 }).catch((cause: unknown) => {
      const names = missing().map(({ page, point }) => `${page}: ${point}`);
      throw new Error(`never reached: ${names.join(', ')}`, { cause });
    });
    await doomed.kill();
    await handOutAgain(lab.refresher, STREAM.refresh, CONSUMER.refresh);
    await using successor = await startWorker('refresh', stage.environment);
    for (const { accountId, point } of stops) {
      await eventually(() => stage.isAtRest(accountId), { withinMs: 60_000, what: `rest after ${point}` });
    }

    const disturbed: Record<string, unknown> = {};
    let repeatedCalls = 0;
    for (const { accountId, page, point } of stops) {
      const found = await stage.restOf(accountId);
      const ordered = found.sequences.every((sequence, index) => sequence === index + 1);
      const calls = found.calls - UNDISTURBED_CALLS;
      repeatedCalls += calls;
      const isRight = found.isFinished && found.fresh === VIDEOS && ordered && calls >= 0 && calls <= 1;
      if (!isRight) disturbed[`batch ${page}, ${point}`] = found;
    }
    expect(disturbed).toEqual({});
    expect(repeatedCalls).toBeGreaterThan(0);
    expect(successor.retried.size).toBe(0);
  }, 240_000);
});
