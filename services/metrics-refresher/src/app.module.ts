import { Module, type DynamicModule } from '@nestjs/common';
import { createPermits } from '@trendpot/messaging';
import { databaseOf, JOB_FAILURE_POLICY, type ServiceContext } from '@trendpot/nest-kit';
import { createOutboxLimit } from '@trendpot/persistence';
import { createDisplayClient, mayStillRun } from '@trendpot/tiktok';
import type { Config } from './config.ts';
import type { RefreshAccount } from './domain/refresh-account.ts';
import { AccountRevokedConsumer } from './inbound/account-revoked.consumer.ts';
import { failedRefreshJob } from './inbound/failed-refresh-job.ts';
import { startReconciling } from './inbound/reconcile.schedule.ts';
import { RefreshDueConsumer } from './inbound/refresh-due.consumer.ts';
import { ERASE_ACCOUNT, REFRESH_ACCOUNT } from './inbound/tokens.ts';
import { meterRateLimits, observePermits } from './outbound/otel-meter.ts';
import { makeRefresher } from './refresher.ts';

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
    const onStored = (accountId: string) => outbox?.notify(accountId);
    const refresher = makeRefresher({ database, messaging, permits, client, meters, log, config, onStored });
    meters.observe('tiktok_outbox_limit', () => config.outboxLimit);
    const mayBegin = outbox && createOutboxLimit({ relay: outbox, mostWaiting: config.outboxLimit, logger: log });
    const refreshAccount: RefreshAccount = async (job, signal) => {
      await mayBegin?.(signal);
      await refresher.refreshAccount(job, signal);
    };
    const failurePolicy = failedRefreshJob({ backoffMs: config.backoffMs, ...refresher, meters });

    context.onShutdown('tiktok', async () => client.close());
    context.onShutdown('permits', () => permits.close());
    context.onShutdown('reconcile', startReconciling(refresher.reconcile, log), 'first');
    return {
      module: AppModule,
      controllers: [RefreshDueConsumer, AccountRevokedConsumer],
      providers: [
        { provide: REFRESH_ACCOUNT, useValue: refreshAccount },
        { provide: ERASE_ACCOUNT, useValue: refresher.eraseAccount },
        { provide: JOB_FAILURE_POLICY, useValue: failurePolicy },
      ],
    };
  }
}
