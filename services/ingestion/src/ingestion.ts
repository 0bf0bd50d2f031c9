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
import { makeEraseAccount } from './domain/erase-account.ts';
import { makeGiveUpJob } from './domain/give-up-job.ts';
import { makeFetchLivePage } from './domain/live-page.ts';
import { makeLookUpVideo } from './domain/look-up-video.ts';
import { makeFetchProfile } from './domain/profile.ts';
import { makeRestoreWork } from './domain/restore-work.ts';
import { makeSanitizeVideos } from './domain/sanitize-videos.ts';
import { makeStillCounts } from './domain/still-counts.ts';
import { makeSyncPage } from './domain/sync-page.ts';
import { ACCOUNTS_AT_WORK } from './outbound/mongo-account-document.ts';
import { mongoErasure } from './outbound/mongo-erasure.ts';
import { mongoLibrary } from './outbound/mongo-library.ts';
import { natsEmbedSanitizer } from './outbound/nats-embed-sanitizer.ts';
import { otelMeter } from './outbound/otel-meter.ts';
import { tiktokDisplay } from './outbound/tiktok-display.ts';

/** Wires domain and adapters. */
export const makeIngestion = (parts: WorkerParts<Config>) => {
  const { database, messaging, permits, client, meters, log, config } = parts;
  const { onStored = () => undefined, instrument = (_port, same) => same } = parts;
  const clock = () => new Date();
  const meter = otelMeter(meters);
  const library = instrument('library', mongoLibrary(database, onStored));
  const callUnderPermit = makeCallUnderPermit(client, permits, meters);
  const display = instrument('display', tiktokDisplay(client, callUnderPermit, clock));
  const vault = instrument('vault', natsTokenVault(messaging));
  const sanitizer = instrument('sanitizer', natsEmbedSanitizer(messaging));

  const callWithToken = makeCallWithToken({ vault, permits });
  const reportNeedsConsent = makeReportNeedsConsent({ change: makeChangeAccount({ library }), log, clock });
  const shared = { library, clock, log, meter };
  const onDemand = {
    ...shared,
    display,
    callWithToken,
    sanitizeVideos: makeSanitizeVideos(sanitizer),
    reportNeedsConsent,
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
    eraseRevoked: makeEraseRevoked({ ...shared, erase: makeEraseAccount(mongoErasure(database, messaging)) }),
    reconcile: makeReconcile({
      accounts: mongoAccounts(database, messaging, ACCOUNTS_AT_WORK),
      restoreWork: makeRestoreWork(shared),
    }),
    giveUpJob: makeGiveUpJob({ ...shared, operations: httpOperations(log, config), syncMs: config.syncMs }),
    reportNeedsConsent,
    stillCounts: makeStillCounts(shared),
  };
};
