import type { Messaging, Permits } from '@trendpot/messaging';
import type { Meters } from '@trendpot/observability';
import type { Appended, Database } from '@trendpot/persistence';
import type { DisplayClient } from '@trendpot/tiktok';
import type { Config } from './config.ts';
import { makeCallWithToken } from './domain/call-with-token.ts';
import { makeEraseAccount } from './domain/erase-account.ts';
import { makeGiveUpJob } from './domain/give-up-job.ts';
import { makeFetchLivePage } from './domain/live-page.ts';
import { makeLookUpVideo } from './domain/look-up-video.ts';
import { makeReportNeedsConsent } from './domain/needs-consent.ts';
import type { Log } from './domain/ports.ts';
import { makeFetchProfile } from './domain/profile.ts';
import { makeReconcile } from './domain/reconcile.ts';
import { makeSanitizeVideos } from './domain/sanitize-videos.ts';
import { makeStillCounts } from './domain/still-counts.ts';
import { makeSyncPage } from './domain/sync-page.ts';
import { httpOperations } from './outbound/http-operations.ts';
import { mongoAccounts } from './outbound/mongo-accounts.ts';
import { mongoErasure } from './outbound/mongo-erasure.ts';
import { mongoLibrary } from './outbound/mongo-library.ts';
import { natsEmbedSanitizer } from './outbound/nats-embed-sanitizer.ts';
import { natsTokenVault } from './outbound/nats-token-vault.ts';
import { callMeter, otelMeter } from './outbound/otel-meter.ts';
import { tiktokDisplay } from './outbound/tiktok-display.ts';

/** What ingestion stands on. The same for the service and for the tests that stop it in the middle of things. */
export interface IngestionParts {
  readonly database: Database;
  readonly messaging: Messaging;
  readonly permits: Permits;
  readonly client: DisplayClient;
  readonly meters: Meters;
  readonly log: Log;
  readonly config: Config;
  /** Called after a transaction that appended to the outbox. */
  readonly onStored?: (accountId: string, appended?: Appended) => void;
  /** Put around every port, by its name: how a test stops a process wherever it waits for something. */
  readonly instrument?: <T extends object>(port: string, implementation: T) => T;
}

/** Wires domain and adapters. */
export const makeIngestion = (parts: IngestionParts) => {
  const { database, messaging, permits, client, meters, log, config } = parts;
  const { onStored = () => undefined, instrument = (_port, same) => same } = parts;
  const { operationsUrl, syncMs } = config;
  const clock = () => new Date();
  const meter = otelMeter(meters);
  const library = instrument('library', mongoLibrary(database, onStored));
  const display = instrument('display', tiktokDisplay({ client, permits, meter: callMeter(meters) }));
  const vault = instrument('vault', natsTokenVault(messaging));
  const sanitizer = instrument('sanitizer', natsEmbedSanitizer(messaging));
  const operations = httpOperations({ log, ...(operationsUrl === undefined ? {} : { url: operationsUrl }) });

  const callWithToken = makeCallWithToken({ vault, display });
  const reportNeedsConsent = makeReportNeedsConsent({ library, log, clock });
  const onDemand = {
    library,
    display,
    callWithToken,
    sanitizeVideos: makeSanitizeVideos(sanitizer),
    reportNeedsConsent,
    clock,
    log,
    meter,
    pageSize: config.pageSize,
  };
  return {
    syncPage: makeSyncPage({
      ...onDemand,
      intervals: config,
      ...(config.wantsProfiles ? { fetchProfile: makeFetchProfile({ display, callWithToken, log }) } : {}),
    }),
    lookUpVideo: makeLookUpVideo(onDemand),
    fetchLivePage: makeFetchLivePage(onDemand),
    eraseAccount: makeEraseAccount({ library, erasure: mongoErasure(database, messaging), log }),
    reconcile: makeReconcile({ accounts: mongoAccounts(database, messaging), library, clock, log, meter }),
    giveUpJob: makeGiveUpJob({ library, operations, syncMs, clock }),
    reportNeedsConsent,
    stillCounts: makeStillCounts({ library }),
  };
};
