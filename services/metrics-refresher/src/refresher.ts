import {
  httpOperations,
  makeCallUnderPermit,
  makeCallWithToken,
  makeEraseRevoked,
  makeReconcile,
  makeReportNeedsConsent,
  mongoAccounts,
  natsTokenVault,
  type WorkerParts,
} from '@trendpot/worker';
import type { Config } from './config.ts';
import { makeChangeAccount } from './domain/change-account.ts';
import { makeGiveUpJob } from './domain/give-up-job.ts';
import type { CallWithToken } from './domain/ports.ts';
import { makeRefreshAccount } from './domain/refresh-account.ts';
import { makeRestoreWork } from './domain/restore-work.ts';
import { makeStillCounts } from './domain/still-counts.ts';
import { mongoCallBudget } from './outbound/mongo-call-budget.ts';
import { ACCOUNTS_AT_WORK } from './outbound/mongo-documents.ts';
import { mongoLibrary } from './outbound/mongo-library.ts';
import { natsErasure } from './outbound/nats-erasure.ts';
import { otelMeter } from './outbound/otel-meter.ts';
import { tiktokDisplay } from './outbound/tiktok-display.ts';

/** Wires domain and adapters. */
export const makeRefresher = (parts: WorkerParts<Config>) => {
  const { database, messaging, permits, client, meters, log, config } = parts;
  const { onStored = () => undefined, instrument = (_port, same) => same } = parts;
  const { intervalMs, batchSize } = config;
  const clock = () => new Date();
  const meter = otelMeter(meters);
  const library = instrument('library', mongoLibrary(database, onStored));
  const callUnderPermit = makeCallUnderPermit(client, permits, meters);
  const display = instrument('display', tiktokDisplay(client, callUnderPermit, clock));
  const vault = instrument('vault', natsTokenVault(messaging));
  const withToken = makeCallWithToken({ vault, permits });
  const callWithToken: CallWithToken = (use, call) =>
    withToken({ ...use, operation: 'video.data', kind: 'background', patient: true }, call);
  const budget = instrument('budget', mongoCallBudget(database, permits, batchSize));
  const shared = { library, budget, clock, log, meter, intervalMs, batchSize };
  return {
    refreshAccount: makeRefreshAccount({
      ...shared,
      display,
      callWithToken,
    }),
    eraseRevoked: makeEraseRevoked({ ...shared, erase: natsErasure(messaging) }),
    reconcile: makeReconcile({
      accounts: mongoAccounts(database, messaging, ACCOUNTS_AT_WORK),
      restoreWork: makeRestoreWork(shared),
    }),
    giveUpJob: makeGiveUpJob({ ...shared, operations: httpOperations(log, config) }),
    reportNeedsConsent: makeReportNeedsConsent({ change: makeChangeAccount(shared), log, clock }),
    stillCounts: makeStillCounts(shared),
  };
};
