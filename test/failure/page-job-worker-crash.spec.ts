import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONSUMER, STREAM } from '@trendpot/contracts';
import { eventually } from '@trendpot/testing';
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
    // What the dead have paid for is explained as well: a call that failed before the crash, for whichever job it was.
    await lab.tiktok.post('/fail-next', { route: '/v2/video/list/', times: 1, what: 'error', status: 503 });
    await stage.standStill(doomed, stops);
    await doomed.kill();
    const consumers = [CONSUMER.syncFirst, CONSUMER.syncPage];
    await Promise.all(consumers.map((consumer) => handOutAgain(lab.ingestion, STREAM.sync, consumer)));
    await using successor = await stage.startWorker();
    const found = await stage.rest([doomed, successor], stops);
    expect(matrix.disturbed(found)).toEqual({});
    expect(found.filter(({ calls }) => calls > UNDISTURBED_CALLS).length).toBeGreaterThan(0);
    expect(found.flatMap(({ retried }) => retried)).toContain('E_TIKTOK_UNAVAILABLE');
  }, 400_000);
});

describe('the matrix', () => {
  it('notices a job that is done twice at once, which stores and tells nothing twice but costs a call', async () => {
    const { lab, stage, points } = matrix;
    await using worker = await stage.startWorker();
    const stops = await stage.cast(points.filter(({ page, point }) => page === 1 && point === 'vault.lease'));
    await stage.standStill(worker, stops);
    await handOutAgain(lab.ingestion, STREAM.sync, CONSUMER.syncPage);
    const [before] = await stage.rest([worker], stops);
    await worker.thaw();
    const [after] = await eventually(async () => {
      const found = await stage.rest([worker], stops);
      return found.every(({ calls }) => calls > UNDISTURBED_CALLS) && found;
    });
    expect([before, after]).toMatchObject([
      { calls: UNDISTURBED_CALLS, retried: [] },
      { calls: UNDISTURBED_CALLS + 1, retried: [] },
    ]);
    expect(matrix.disturbed(after === undefined ? [] : [after], { mayRepeat: true })).toEqual({});
    expect(Object.keys(matrix.disturbed(after === undefined ? [] : [after]))).toEqual(['page 1, vault.lease']);
  }, 120_000);

  it('notices a worker that acknowledges a job before it has done it', async () => {
    const { stage, points } = matrix;
    const hasty = await stage.startWorker({ SABOTAGE: 'acknowledges-first' });
    const stops = await stage.cast(points.filter(({ page, point }) => page === 1 && /^(vault|sanitizer)/.test(point)));
    await stage.standStill(hasty, stops);
    await hasty.kill();
    await using successor = await stage.startWorker();
    const found = await stage.rest([hasty, successor], stops, 10_000);
    expect(Object.keys(matrix.disturbed(found))).toHaveLength(stops.length);
  }, 120_000);
});
