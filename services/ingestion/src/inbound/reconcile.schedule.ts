import { toPlatformError } from '@trendpot/contracts';
import { startRounds } from '@trendpot/nest-kit';
import type { Log } from '../domain/ports.ts';
import type { Reconcile } from '../domain/reconcile.ts';

/** Looks for accounts that lost their work: at the start, then every few minutes. @returns how to stop. */
export const startReconciling = (reconcile: Reconcile, log: Log): (() => Promise<void>) =>
  startRounds(reconcile, {
    everyMs: 5 * 60_000,
    portionMs: 1_000,
    onFailure: (error) => log.warn('tiktok.reconcile.failed', { code: toPlatformError(error).code, error }),
  });
