import type { Messaging, Permits } from '@trendpot/messaging';
import type { Meters } from '@trendpot/observability';
import type { Database } from '@trendpot/persistence';
import type { DisplayClient } from '@trendpot/tiktok';
import type { Config } from './config.ts';
import { makeCallWithToken } from './domain/call-with-token.ts';
import { makeEraseAccount } from './domain/erase-account.ts';
import { makeGiveUpJob } from './domain/give-up-job.ts';
import { makeReportNeedsConsent } from './domain/needs-consent.ts';
import type { Log } from './domain/ports.ts';
import { makeReconcile } from './domain/reconcile.ts';
import { makeRefreshAccount } from './domain/refresh-account.ts';
import { makeStillCounts } from './domain/still-counts.ts';
import { httpOperations } from './outbound/http-operations.ts';
import { mongoAccounts } from './outbound/mongo-accounts.ts';
import { mongoCallBudget } from './outbound/mongo-call-budget.ts';
import { mongoLibrary } from './outbound/mongo-library.ts';
import { natsErasure } from './outbound/nats-erasure.ts';
import { natsTokenVault } from './outbound/nats-token-vault.ts';
import { callMeter, otelMeter } from './outbound/otel-meter.ts';
import { tiktokDisplay } from './outbound/tiktok-display.ts';

/** What metrics-refresher stands on. The same for the service and for the tests that stop it in the middle of things. */
export interface RefresherParts {
  readonly database: Database;
  readonly messaging: Messaging;
  readonly permits: Permits;
  readonly client: DisplayClient;
  readonly meters: Meters;
  readonly log: Log;
  readonly config: Config;
  /** Called after a transaction that appended to the outbox. */
  readonly onStored?: (accountId: string) => void;
  /** Put around every port, by its name: how a test stops a process wherever it waits for something. */
  readonly instrument?: <T extends object>(port: string, implementation: T) => T;
}

/** Wires domain and adapters. */
export const makeRefresher = (parts: RefresherParts) => {
  const { database, messaging, permits, client, meters, log, config } = parts;
  const { onStored = () => undefined, instrument = (_port, same) => same } = parts;
  const { operationsUrl, intervalMs, batchSize } = config;
  const clock = () => new Date();
  const meter = otelMeter(meters);
  const library = instrument('library', mongoLibrary(database, onStored));
  const display = instrument('display', tiktokDisplay({ client, permits, meter: callMeter(meters) }));
  const vault = instrument('vault', natsTokenVault(messaging));
  const operations = httpOperations({ log, ...(operationsUrl === undefined ? {} : { url: operationsUrl }) });
  const shared = { library, clock, log, meter, intervalMs, batchSize };
  return {
    refreshAccount: makeRefreshAccount({
      ...shared,
      display,
      callWithToken: makeCallWithToken({ vault, display }),
      budget: instrument('budget', mongoCallBudget(database, permits, batchSize)),
    }),
    eraseAccount: makeEraseAccount({ ...shared, erasure: natsErasure(messaging) }),
    reconcile: makeReconcile({ ...shared, accounts: mongoAccounts(database, messaging) }),
    giveUpJob: makeGiveUpJob({ ...shared, operations }),
    reportNeedsConsent: makeReportNeedsConsent(shared),
    stillCounts: makeStillCounts(shared),
  };
};
