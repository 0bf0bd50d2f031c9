import { Module, type DynamicModule } from '@nestjs/common';
import { JOB_FAILURE_POLICY, type ServiceContext } from '@trendpot/nest-kit';
import { openWorkerParts, startReconciling, whileOutboxHasRoom } from '@trendpot/worker';
import type { Config } from './config.ts';
import { AccountRevokedConsumer } from './inbound/account-revoked.consumer.ts';
import { failedSyncJob } from './inbound/failed-sync-job.ts';
import { LibraryPageResponder } from './inbound/library-page.responder.ts';
import { SyncFirstConsumer } from './inbound/sync-first.consumer.ts';
import { SyncPageConsumer } from './inbound/sync-page.consumer.ts';
import { ERASE_REVOKED, FETCH_LIVE_PAGE, LOOK_UP_VIDEO, SYNC_PAGE } from './inbound/tokens.ts';
import { VideoLookupResponder } from './inbound/video-lookup.responder.ts';
import { makeIngestion } from './ingestion.ts';

@Module({})
export class AppModule {
  static async register(config: Config, context: ServiceContext): Promise<DynamicModule> {
    const ingestion = makeIngestion(await openWorkerParts(context, config));
    const syncPage = whileOutboxHasRoom(context, config, ingestion.syncPage);
    const failurePolicy = failedSyncJob({ backoffMs: config.backoffMs, ...ingestion, meters: context.meters });
    startReconciling(context, ingestion.reconcile);
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
        { provide: ERASE_REVOKED, useValue: ingestion.eraseRevoked },
        { provide: JOB_FAILURE_POLICY, useValue: failurePolicy },
      ],
    };
  }
}
