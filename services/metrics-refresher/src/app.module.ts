import { Module, type DynamicModule } from '@nestjs/common';
import { JOB_FAILURE_POLICY, type ServiceContext } from '@trendpot/nest-kit';
import { openWorkerParts, startReconciling, whileOutboxHasRoom } from '@trendpot/worker';
import type { Config } from './config.ts';
import { AccountRevokedConsumer } from './inbound/account-revoked.consumer.ts';
import { failedRefreshJob } from './inbound/failed-refresh-job.ts';
import { RefreshDueConsumer } from './inbound/refresh-due.consumer.ts';
import { ERASE_REVOKED, REFRESH_ACCOUNT } from './inbound/tokens.ts';
import { makeRefresher } from './refresher.ts';

@Module({})
export class AppModule {
  static async register(config: Config, context: ServiceContext): Promise<DynamicModule> {
    const refresher = makeRefresher(await openWorkerParts(context, config));
    const refreshAccount = whileOutboxHasRoom(context, config, refresher.refreshAccount);
    const failurePolicy = failedRefreshJob({ backoffMs: config.backoffMs, ...refresher, meters: context.meters });
    startReconciling(context, refresher.reconcile);
    return {
      module: AppModule,
      controllers: [RefreshDueConsumer, AccountRevokedConsumer],
      providers: [
        { provide: REFRESH_ACCOUNT, useValue: refreshAccount },
        { provide: ERASE_REVOKED, useValue: refresher.eraseRevoked },
        { provide: JOB_FAILURE_POLICY, useValue: failurePolicy },
      ],
    };
  }
}
