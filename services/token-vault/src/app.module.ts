import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigurationFault } from '@trendpot/config';
import { databaseOf, type ServiceContext } from '@trendpot/nest-kit';
import type { Config } from './config.ts';
import { KeyRefused, openKeyRing } from './domain/open-key-ring.ts';
import { DisconnectAccountResponder } from './inbound/disconnect-account.responder.ts';
import { ExchangeCodeResponder } from './inbound/exchange-code.responder.ts';
import { LeaseTokenResponder } from './inbound/lease-token.responder.ts';
import { repeat, type Repeated } from './inbound/repeat.schedule.ts';
import { ReportStatusResponder } from './inbound/report-status.responder.ts';
import { DISCONNECT_ACCOUNT, EXCHANGE_CODE, LEASE_TOKEN, REPORT_STATUS } from './inbound/tokens.ts';
import { fileClientSecrets } from './outbound/file-client-secrets.ts';
import { kmsKeyService } from './outbound/kms-key-service.ts';
import { natsAuditRelay } from './outbound/nats-audit-relay.ts';
import { nkeysSealTo } from './outbound/nkeys-seal-to.ts';
import { otelVaultMeter } from './outbound/otel-vault-meter.ts';
import { tiktokOAuth } from './outbound/tiktok-oauth.ts';
import { makeVault, vaultTimes } from './vault.ts';

const RELAY_EVERY_MS = 1_000;
const REVOCATIONS_EVERY_MS = 2_000;
const SWEEP_EVERY_MS = 30_000;
const KMS_ATTEMPTS = 2;

const asFault = (error: unknown): never => {
  if (error instanceof KeyRefused) throw new ConfigurationFault([error.message]);
  throw error;
};

/** The one place where the vault's parts are put together. */
@Module({})
export class AppModule {
  static async register(config: Config, context: ServiceContext): Promise<DynamicModule> {
    const { logger, meters, messaging, readiness } = context;
    const database = databaseOf(context);
    const keyService = kmsKeyService({ ...config.kms, attempts: KMS_ATTEMPTS });
    const keyRing = await openKeyRing(
      { keyService, resolveKeyId: keyService.resolveKeyId },
      config.keyName,
      config.previousKeyNames,
    ).catch(asFault);
    const clientSecrets = fileClientSecrets(config.clientSecrets, () => logger.warn('tiktok.client-secret.unreadable'));
    const oauth = tiktokOAuth({
      baseUrl: config.tiktokBaseUrl,
      clientKey: config.clientKey,
      clientSecrets,
      callMs: config.tiktokCallMs,
    });
    const schedules: Repeated[] = [];
    const vault = makeVault({
      database,
      keyService,
      keyRing,
      oauth,
      sealTo: nkeysSealTo(),
      log: logger,
      meter: otelVaultMeter(meters),
      dialect: config.dialect,
      dataKeys: { ...config.cache, unavailableMs: 500, refusedMs: 5_000 },
      times: vaultTimes(config.tiktokCallMs),
      onRecorded: () => {
        schedules[0]?.wake();
        context.outbox?.notify();
      },
    });
    const every = (milliseconds: number, name: string, work: () => Promise<unknown>): Repeated =>
      repeat(milliseconds, work, (error) => logger.warn('vault.schedule.failed', { schedule: name, error }));
    const auditRelay = natsAuditRelay(messaging, database.collections, (chain) =>
      chain.includes(vault.holder.slice(6)),
    );
    schedules.push(
      every(RELAY_EVERY_MS, 'audit-relay', () => auditRelay.run()),
      every(REVOCATIONS_EVERY_MS, 'revocations', () => vault.tellTikTok.next()),
      every(SWEEP_EVERY_MS, 'data-keys', async () => vault.dataKeys.sweep()),
    );
    readiness.add('kms', () => vault.requireKms());
    context.onShutdown('kms', async () => {
      vault.dataKeys.clear();
      keyService.close();
      oauth.close();
    });
    context.onShutdown('schedules', async () => void (await Promise.all(schedules.map((schedule) => schedule.stop()))));
    return {
      module: AppModule,
      controllers: [ExchangeCodeResponder, LeaseTokenResponder, DisconnectAccountResponder, ReportStatusResponder],
      providers: [
        { provide: EXCHANGE_CODE, useValue: vault.exchangeCode },
        { provide: LEASE_TOKEN, useValue: vault.leaseToken },
        { provide: DISCONNECT_ACCOUNT, useValue: vault.disconnectAccount },
        { provide: REPORT_STATUS, useValue: vault.reportStatus },
      ],
    };
  }
}
