import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shortOrLong } from './form.ts';
import { openCrashMatrix, type CrashMatrix } from './page-job/crash-matrix.ts';

/** The worker goes on while the server is away, or stands still until it is back. Each server meets both in the long form. */
const GOING_ON = {
  nats: shortOrLong(['after'] as const, ['after', 'before'] as const),
  mongod: shortOrLong(['before'] as const, ['after', 'before'] as const),
};

let matrix: CrashMatrix;
beforeAll(async () => {
  matrix = await openCrashMatrix();
}, 180_000);
afterAll(async () => matrix?.[Symbol.asyncDispose](), 60_000);

describe.each(['nats', 'mongod'] as const)('a page job, when %s is killed at any of its awaits', (server) => {
  it.each(GOING_ON[server])(
    'loses and doubles nothing, going on %s the server is back',
    async (when) => {
      const { lab, stage, points } = matrix;
      await using worker = await stage.startWorker();
      const stops = await stage.cast(points);
      await stage.standStill(worker, stops);
      await lab[server].kill('SIGKILL');
      if (when === 'before') await worker.thaw();
      await lab[server].restart();
      if (when === 'after') await worker.thaw();
      const found = await stage.rest([worker], stops);
      expect(matrix.disturbed(found, { mayRepeat: server === 'nats' })).toEqual({});
    },
    400_000,
  );
});
