import { Module, type DynamicModule } from '@nestjs/common';
import { createPermits } from '@trendpot/messaging';
import { databaseOf, JOB_FAILURE_POLICY, type ServiceContext } from '@trendpot/nest-kit';
import { createOutboxLimit } from '@trendpot/persistence';
import { createDisplayClient, mayStillRun } from '@trendpot/tiktok';
import type { Config } from './config.ts';
import type { SyncPage } from './domain/sync-page.ts';
import { AccountRevokedConsumer } from './inbound/account-revoked.consumer.ts';
import { failedSyncJob } from './inbound/failed-sync-job.ts';
import { LibraryPageResponder } from './inbound/library-page.responder.ts';
import { startReconciling } from './inbound/reconcile.schedule.ts';
import { SyncFirstConsumer } from './inbound/sync-first.consumer.ts';
import { SyncPageConsumer } from './inbound/sync-page.consumer.ts';
import { ERASE_ACCOUNT, FETCH_LIVE_PAGE, LOOK_UP_VIDEO, SYNC_PAGE } from './inbound/tokens.ts';
import { VideoLookupResponder } from './inbound/video-lookup.responder.ts';
import { makeIngestion, type IngestionParts } from './ingestion.ts';
import { meterRateLimits, observePermits } from './outbound/otel-meter.ts';

@Module({})
export class AppModule {
  static async register(config: Config, context: ServiceContext): Promise<DynamicModule> {
    const { messaging, meters, logger: log, outbox } = context;
    const client = createDisplayClient({ baseUrl: config.displayBaseUrl, dialect: config.dialect });
    const onRateLimited = meterRateLimits(meters);
    const permits = await createPermits(messaging, config.ceilings, { logger: log, onRateLimited, mayStillRun });
    observePermits(meters, permits);
    context.readiness.add('permits', async () => void (await permits.usage()));

    const database = databaseOf(context);
    const onStored: IngestionParts['onStored'] = (...stored) => outbox?.notify(...stored);
    const ingestion = makeIngestion({ database, messaging, permits, client, meters, log, config, onStored });
    meters.observe('tiktok_outbox_limit', () => config.outboxLimit);
    const mayBegin = outbox && createOutboxLimit({ relay: outbox, mostWaiting: config.outboxLimit, logger: log });
    const syncPage: SyncPage = async (job, signal, deliveries) => {
      await mayBegin?.(signal);
      await ingestion.syncPage(job, signal, deliveries);
    };
    const failurePolicy = failedSyncJob({ backoffMs: config.backoffMs, ...ingestion, meters });

    context.onShutdown('tiktok', async () => client.close());
    context.onShutdown('permits', () => permits.close());
    context.onShutdown('reconcile', startReconciling(ingestion.reconcile, log), 'first');
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
        { provide: LOOK_UP_VIDEO, useValue: ingestion.lookUpVideo },
        { provide: FETCH_LIVE_PAGE, useValue: ingestion.fetchLivePage },
        { provide: ERASE_ACCOUNT, useValue: ingestion.eraseAccount },
        { provide: JOB_FAILURE_POLICY, useValue: failurePolicy },
      ],
    };
  }
}
