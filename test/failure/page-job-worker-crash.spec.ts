import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONSUMER, STREAM } from '@trendpot/contracts';
import { handOutAgain } from './job-worker/hand-out-again.ts';
import { openCrashMatrix, UNDISTURBED_CALLS, type CrashMatrix } from './page-job/crash-matrix.ts';
import { LAST_PAGE } from './page-job/page-job-stage.ts';

let matrix: CrashMatrix;
beforeAll(async () => {
  matrix = await openCrashMatrix();
}, 180_000);
afterAll(async () => matrix?.[Symbol.asyncDispose](), 60_000);

describe('a page job', () => {
  it('waits at every step that the matrix is about', () => {
    const names = new Set(matrix.points.map(({ point }) => point));
    const steps = ['vault.lease', 'permits.withPermit', 'tiktok.listVideos', 'sanitizer.sanitize', 'commit'];
    for (const step of steps) expect([...names]).toEqual(expect.arrayContaining([step, `after ${step}`]));
    expect(new Set(matrix.points.map(({ page }) => page))).toEqual(new Set([0, 1, LAST_PAGE]));
  });

  it('loses and doubles nothing when its worker is killed at any of its awaits', async () => {
    const { lab, stage, points } = matrix;
    const doomed = await stage.startWorker();
    const stops = await stage.cast(points);
    await stage.standStill(doomed, stops);
    await doomed.kill();
    const consumers = [CONSUMER.syncFirst, CONSUMER.syncPage];
    await Promise.all(consumers.map((consumer) => handOutAgain(lab.ingestion, STREAM.sync, consumer)));
    await using successor = await stage.startWorker();
    const found = await stage.rest(successor, stops);
    expect(matrix.disturbed(found)).toEqual({});
    expect(found.filter(({ calls }) => calls > UNDISTURBED_CALLS).length).toBeGreaterThan(0);
  }, 400_000);
});

describe('the matrix', () => {
  it('notices a worker that acknowledges a job before it has done it', async () => {
    const { stage, points } = matrix;
    const hasty = await stage.startWorker({ SABOTAGE: 'acknowledges-first' });
    const stops = await stage.cast(points.filter(({ page, point }) => page === 1 && /^(vault|sanitizer)/.test(point)));
    await stage.standStill(hasty, stops);
    await hasty.kill();
    await using successor = await stage.startWorker();
    const found = await stage.rest(successor, stops, 10_000);
    expect(Object.keys(matrix.disturbed(found))).toHaveLength(stops.length);
  }, 120_000);
});
