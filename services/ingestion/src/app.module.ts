import { Module, type DynamicModule } from '@nestjs/common';
import { createPermits } from '@trendpot/messaging';
import { databaseOf, JOB_FAILURE_POLICY, type ServiceContext } from '@trendpot/nest-kit';
import { createDisplayClient } from '@trendpot/tiktok';
import type { Config } from './config.ts';
import { makeCallWithToken } from './domain/call-with-token.ts';
import { makeEraseAccount } from './domain/erase-account.ts';
import { makeGiveUpJob } from './domain/give-up-job.ts';
import { makeFetchLivePage } from './domain/live-page.ts';
import { makeLookUpVideo } from './domain/look-up-video.ts';
import { makeReportNeedsConsent } from './domain/needs-consent.ts';
import { makeFetchProfile } from './domain/profile.ts';
import { makeReconcile } from './domain/reconcile.ts';
import { makeSanitizeVideos } from './domain/sanitize-videos.ts';
import { makeSyncPage } from './domain/sync-page.ts';
import { AccountRevokedConsumer } from './inbound/account-revoked.consumer.ts';
import { failedSyncJob } from './inbound/failed-sync-job.ts';
import { LibraryPageResponder } from './inbound/library-page.responder.ts';
import { startReconciling } from './inbound/reconcile.schedule.ts';
import { SyncFirstConsumer } from './inbound/sync-first.consumer.ts';
import { SyncPageConsumer } from './inbound/sync-page.consumer.ts';
import { ERASE_ACCOUNT, FETCH_LIVE_PAGE, LOOK_UP_VIDEO, SYNC_PAGE } from './inbound/tokens.ts';
import { VideoLookupResponder } from './inbound/video-lookup.responder.ts';
import { httpOperations } from './outbound/http-operations.ts';
import { mongoAccounts } from './outbound/mongo-accounts.ts';
import { mongoErasure } from './outbound/mongo-erasure.ts';
import { mongoLibrary } from './outbound/mongo-library.ts';
import { natsEmbedSanitizer } from './outbound/nats-embed-sanitizer.ts';
import { natsTokenVault } from './outbound/nats-token-vault.ts';
import { meterCalls, meterRateLimits, otelMeter } from './outbound/otel-meter.ts';
import { tiktokDisplay } from './outbound/tiktok-display.ts';

@Module({})
export class AppModule {
  static async register(config: Config, context: ServiceContext): Promise<DynamicModule> {
    const { messaging, meters, logger: log, outbox } = context;
    const database = databaseOf(context);
    const client = createDisplayClient({ baseUrl: config.displayBaseUrl, dialect: config.dialect });
    const permits = await createPermits(messaging, config.ceilings, {
      logger: log,
      onRateLimited: meterRateLimits(meters),
    });
    context.onShutdown('permits', () => permits.close());
    context.onShutdown('tiktok', () => Promise.resolve(client.close()));
    context.readiness.add('permits', async () => void (await permits.usage()));

    const clock = () => new Date();
    const meter = otelMeter(meters);
    const library = mongoLibrary(database, () => outbox?.notify());
    const display = tiktokDisplay({ client, permits, onCall: meterCalls(meters) });
    const callWithToken = makeCallWithToken({ vault: natsTokenVault(messaging), display });
    const sanitizeVideos = makeSanitizeVideos(natsEmbedSanitizer(messaging));
    const operations = httpOperations({
      log,
      ...(config.operationsUrl === undefined ? {} : { url: config.operationsUrl }),
    });
    const reportNeedsConsent = makeReportNeedsConsent({ library, log, clock });
    const giveUpJob = makeGiveUpJob({ library, operations, syncMs: config.syncMs, clock });
    const shared = { library, display, callWithToken, sanitizeVideos, clock, log, meter, pageSize: config.pageSize };

    const syncPage = makeSyncPage({
      ...shared,
      intervals: config,
      ...(config.wantsProfiles ? { fetchProfile: makeFetchProfile({ display, callWithToken, log }) } : {}),
    });
    const accounts = mongoAccounts(database, messaging);
    const reconcile = makeReconcile({ accounts, library, clock, log, meter });
    context.onShutdown('reconcile', startReconciling(reconcile, log), 'first');

    const erasure = mongoErasure(database, messaging);
    return {
      module: AppModule,
      controllers: [
        SyncFirstConsumer,
        SyncPageConsumer,
        AccountRevokedConsumer,
        VideoLookupResponder,
        LibraryPageResponder,
      ],
      providers: [
        { provide: SYNC_PAGE, useValue: syncPage },
        { provide: LOOK_UP_VIDEO, useValue: makeLookUpVideo({ ...shared, reportNeedsConsent }) },
        { provide: FETCH_LIVE_PAGE, useValue: makeFetchLivePage({ ...shared, reportNeedsConsent }) },
        { provide: ERASE_ACCOUNT, useValue: makeEraseAccount({ library, erasure, log }) },
        {
          provide: JOB_FAILURE_POLICY,
          useValue: failedSyncJob({ backoffMs: config.backoffMs, giveUpJob, reportNeedsConsent, meters }),
        },
      ],
    };
  }
}
