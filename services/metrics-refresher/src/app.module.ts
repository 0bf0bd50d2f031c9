import { Module, type DynamicModule } from '@nestjs/common';
import { createPermits } from '@trendpot/messaging';
import { databaseOf, JOB_FAILURE_POLICY, type ServiceContext } from '@trendpot/nest-kit';
import { createDisplayClient } from '@trendpot/tiktok';
import type { Config } from './config.ts';
import { makeCallWithToken } from './domain/call-with-token.ts';
import { makeEraseAccount } from './domain/erase-account.ts';
import { makeGiveUpJob } from './domain/give-up-job.ts';
import { makeReportNeedsConsent } from './domain/needs-consent.ts';
import { makeReconcile } from './domain/reconcile.ts';
import { makeRefreshAccount } from './domain/refresh-account.ts';
import { AccountRevokedConsumer } from './inbound/account-revoked.consumer.ts';
import { failedRefreshJob } from './inbound/failed-refresh-job.ts';
import { startReconciling } from './inbound/reconcile.schedule.ts';
import { RefreshDueConsumer } from './inbound/refresh-due.consumer.ts';
import { ERASE_ACCOUNT, REFRESH_ACCOUNT } from './inbound/tokens.ts';
import { httpOperations } from './outbound/http-operations.ts';
import { mongoAccounts } from './outbound/mongo-accounts.ts';
import { mongoCallBudget } from './outbound/mongo-call-budget.ts';
import { mongoLibrary } from './outbound/mongo-library.ts';
import { natsErasure } from './outbound/nats-erasure.ts';
import { natsTokenVault } from './outbound/nats-token-vault.ts';
import { meterCalls, meterRateLimits, otelMeter } from './outbound/otel-meter.ts';
import { tiktokDisplay } from './outbound/tiktok-display.ts';

@Module({})
export class AppModule {
  static async register(config: Config, context: ServiceContext): Promise<DynamicModule> {
    const { messaging, meters, logger: log, outbox } = context;
    const { intervalMs, batchSize, backoffMs } = config;
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
    const operations = httpOperations({
      log,
      ...(config.operationsUrl === undefined ? {} : { url: config.operationsUrl }),
    });
    const refreshAccount = makeRefreshAccount({
      library,
      display,
      callWithToken: makeCallWithToken({ vault: natsTokenVault(messaging), display }),
      budget: mongoCallBudget(database, permits, batchSize),
      intervalMs,
      batchSize,
      clock,
      log,
      meter,
    });
    const failurePolicy = failedRefreshJob({
      backoffMs,
      giveUpJob: makeGiveUpJob({ library, operations, intervalMs, batchSize, clock }),
      reportNeedsConsent: makeReportNeedsConsent({ library, log, clock }),
      meters,
    });
    const reconcile = makeReconcile({ accounts: mongoAccounts(database, messaging), library, clock, log, meter });
    context.onShutdown('reconcile', startReconciling(reconcile, log), 'first');

    return {
      module: AppModule,
      controllers: [RefreshDueConsumer, AccountRevokedConsumer],
      providers: [
        { provide: REFRESH_ACCOUNT, useValue: refreshAccount },
        { provide: ERASE_ACCOUNT, useValue: makeEraseAccount({ library, erasure: natsErasure(messaging), log }) },
        { provide: JOB_FAILURE_POLICY, useValue: failurePolicy },
      ],
    };
  }
}
