import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CEILINGS, startPipelineLab, type PipelineLab } from '../pipeline/lab.ts';
import { LAST_PAGE, pageJobStage, VIDEOS, type PageJobStage, type Rest } from './page-job/page-job-stage.ts';

const PLACES = 1_000;
const UNDISTURBED_CALLS = LAST_PAGE + 1;

let lab: PipelineLab;
let stage: PageJobStage;
let points: { readonly page: number; readonly point: string }[];

beforeAll(async () => {
  const places = { maxAckPending: PLACES };
  const topology = {
    ceilings: { ...CEILINGS, concurrent: 500 },
    consumers: { 'sync-first': places, 'sync-page': places },
  };
  lab = await startPipelineLab({ topology });
  stage = await pageJobStage(lab);
  points = await stage.discover();
}, 180_000);

afterAll(async () => lab?.[Symbol.asyncDispose](), 60_000);

const named = ({ stop }: Rest): string => `page ${stop.page}, ${stop.point}`;

/** Whatever is not exactly as it would be without the fault, by the point where it struck. */
const disturbed = (found: readonly Rest[], vainCalls: (rest: Rest) => number): Record<string, unknown> =>
  Object.fromEntries(
    found.flatMap((rest) => {
      const { state, videos, counted, eventFaults, sync, refresh, calls, retried } = rest;
      const isRight =
        state === 'healthy' &&
        videos === VIDEOS &&
        counted === VIDEOS &&
        eventFaults.length === 0 &&
        sync.jobs === 0 &&
        sync.schedules === 1 &&
        refresh.jobs === 0 &&
        refresh.schedules === 1 &&
        calls >= UNDISTURBED_CALLS &&
        calls <= UNDISTURBED_CALLS + retried.length + vainCalls(rest);
      return isRight ? [] : [[named(rest), { state, videos, counted, eventFaults, sync, refresh, calls, retried }]];
    }),
  );

/** A page whose call was made but whose transaction was not has to be asked for again; no other has. */
const wasAskedInVain = ({ page, point }: { page: number; point: string }): boolean => {
  const ofPage = points.filter((candidate) => candidate.page === page).map((candidate) => candidate.point);
  const place = ofPage.indexOf(point);
  return place >= ofPage.indexOf('after tiktok.listVideos') && place < ofPage.indexOf('after commit');
};

describe('a page job', () => {
  it('waits at every step that the matrix is about', () => {
    const names = new Set(points.map(({ point }) => point));
    const steps = ['vault.lease', 'permits.withPermit', 'tiktok.listVideos', 'sanitizer.sanitize', 'commit'];
    for (const step of steps) expect([...names]).toEqual(expect.arrayContaining([step, `after ${step}`]));
    expect(new Set(points.map(({ page }) => page))).toEqual(new Set([0, 1, LAST_PAGE]));
  });

  it('loses and doubles nothing when its worker is killed at any of its awaits', async () => {
    const doomed = await stage.startWorker();
    const stops = await stage.cast(points);
    await stage.standStill(doomed, stops);
    await doomed.kill();
    await using successor = await stage.startWorker();
    const found = await stage.rest(successor, stops);
    expect(disturbed(found, ({ stop }) => (wasAskedInVain(stop) ? 1 : 0))).toEqual({});
    expect(found.filter(({ calls }) => calls > UNDISTURBED_CALLS).length).toBeGreaterThan(0);
  }, 400_000);

  describe.each(['nats', 'mongod'] as const)('when %s is killed at any of its awaits', (server) => {
    it.each(['after', 'before'] as const)(
      'loses and doubles nothing, going on %s the server is back',
      async (when) => {
        await using worker = await stage.startWorker();
        const stops = await stage.cast(points);
        await stage.standStill(worker, stops);
        await lab[server].kill('SIGKILL');
        if (when === 'before') await worker.thaw();
        await lab[server].restart();
        if (when === 'after') await worker.thaw();
        const found = await stage.rest(worker, stops);
        expect(disturbed(found, ({ stop }) => (wasAskedInVain(stop) ? 1 : 0))).toEqual({});
      },
      400_000,
    );
  });
});

describe('the matrix', () => {
  it('notices a worker that acknowledges a job before it has done it', async () => {
    const hasty = await stage.startWorker({ SABOTAGE: 'acknowledges-first' });
    const stops = await stage.cast(points.filter(({ page, point }) => page === 1 && /^(vault|sanitizer)/.test(point)));
    await stage.standStill(hasty, stops);
    await hasty.kill();
    await using successor = await stage.startWorker();
    const found = await stage.rest(successor, stops, 10_000);
    expect(Object.keys(disturbed(found, () => 1))).toHaveLength(stops.length);
  }, 120_000);
});
