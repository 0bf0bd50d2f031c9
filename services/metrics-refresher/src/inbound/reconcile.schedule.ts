import { toPlatformError } from '@trendpot/contracts';
import type { Log } from '../domain/ports.ts';
import type { Reconcile } from '../domain/reconcile.ts';

const EVERY_MS = 5 * 60_000;
/** Between two portions of accounts while a round through all of them is under way. */
const PORTION_MS = 1_000;

/**
 * Looks for accounts that lost their work: once at the start, then every few minutes, portion by portion.
 *
 * @returns how to stop; resolves when nothing is under way any more.
 */
export const startReconciling = (reconcile: Reconcile, log: Log): (() => Promise<void>) => {
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();
  let stopped = false;

  const look = async (): Promise<void> => {
    let pause = EVERY_MS;
    try {
      const { finished } = await reconcile();
      if (!finished) pause = PORTION_MS;
    } catch (thrown) {
      log.warn('tiktok.reconcile.failed', { code: toPlatformError(thrown).code, error: thrown });
    }
    if (!stopped) timer = setTimeout(start, pause);
  };
  const start = (): void => {
    underWay = look();
  };

  start();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await underWay;
  };
};
