import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigurationFault, rotatingSecrets } from '@trendpot/config';
import { createSealer } from '@trendpot/messaging';
import { databaseOf, type ServiceContext } from '@trendpot/nest-kit';
import type { Collections } from '@trendpot/persistence';
import type { Config } from './config.ts';
import { KeyRefused, openKeyRing } from './domain/keys/open-key-ring.ts';
import { DisconnectAccountResponder } from './inbound/disconnect-account.responder.ts';
import { ExchangeCodeResponder } from './inbound/exchange-code.responder.ts';
import { LeaseTokenResponder } from './inbound/lease-token.responder.ts';
import { ReportStatusResponder } from './inbound/report-status.responder.ts';
import { DISCONNECT_ACCOUNT, EXCHANGE_CODE, LEASE_TOKEN, REPORT_STATUS } from './inbound/tokens.ts';
import { startVaultSchedules } from './inbound/vault.schedule.ts';
import { kmsKeyService } from './outbound/kms-key-service.ts';
import { tellPresence } from './outbound/mongo-presence.ts';
import { mongoTurn } from './outbound/mongo-turn.ts';
import { natsAuditRelay } from './outbound/nats-audit-relay.ts';
import { observeVault } from './outbound/otel-vault-gauges.ts';
import { otelVaultMeter } from './outbound/otel-vault-meter.ts';
import { tiktokOAuth } from './outbound/tiktok-oauth.ts';
import { finishWithinMs, vaultTimes } from './vault-times.ts';
import { makeVault, type Vault, type VaultParts } from './vault.ts';

const asFault = (error: unknown): never => {
  if (error instanceof KeyRefused) throw new ConfigurationFault([error.message]);
  throw error;
};

/** Connects to KMS and TikTok and builds the vault; no managed key, no start. */
const openVault = async (
  config: Config,
  context: ServiceContext,
  hooks: Pick<VaultParts, 'onAudited' | 'onChanged'>,
) => {
  const { logger, meters } = context;
  const clientSecrets = rotatingSecrets(config.clientSecrets, () => logger.warn('tiktok.client-secret.unusable'));
  const keyService = kmsKeyService(config.kms);
  const { keyName, previousKeyNames } = config;
  const keyRing = await openKeyRing(keyService, keyName, previousKeyNames).catch(asFault);
  const oauth = tiktokOAuth({
    baseUrl: config.tiktokBaseUrl,
    clientKey: config.clientKey,
    clientSecrets,
    callMs: config.tiktokCallMs,
  });
  const vault = makeVault({
    database: databaseOf(context),
    keyService,
    keyRing,
    oauth,
    sealTo: createSealer(),
    log: logger,
    meter: otelVaultMeter(meters),
    dialect: config.dialect,
    dataKeys: config.dataKeys,
    times: vaultTimes(config.tiktokCallMs),
    ...hooks,
  });
  const close = async (): Promise<void> => {
    vault.dataKeys.clear();
    keyService.close();
    oauth.close();
  };
  return { vault, keyRing, close };
};

/** By one replica at a time: the rate is what the service as a whole may ask of KMS. */
const rewrapInBackground = (config: Config, vault: Vault, collections: Collections, signal: AbortSignal) => {
  const inTurn = mongoTurn(collections, 'rewrap', vault.holder);
  const options = { kmsCallsPerSecond: config.rewrapCallsPerSecond, atOnce: 2, caller: 'token-vault', signal };
  return { rewrap: () => inTurn(() => vault.rewrap(options)) };
};

/** The one place where the vault's parts are put together. */
@Module({})
export class AppModule {
  static async register(config: Config, context: ServiceContext): Promise<DynamicModule> {
    const { logger, meters, messaging, readiness } = context;
    const { collections } = databaseOf(context);
    let audited: NonNullable<VaultParts['onAudited']> = () => undefined;
    const { vault, keyRing, close } = await openVault(config, context, {
      onAudited: (entries) => audited(entries),
      onChanged: () => context.outbox?.notify(),
    });
    const relay = natsAuditRelay(messaging, collections, vault.holder);
    audited = (entries) => relay.offer(entries);
    const presence = () => tellPresence(collections, vault.holder, keyRing.currentKeyId);
    // Before the first token is sealed: whoever counts the users of a key must not overlook this process.
    await presence();

    const stopping = new AbortController();
    const schedules = startVaultSchedules(
      {
        publishAudit: () => relay.run('own'),
        takeOverAudit: () => relay.run('all'),
        tellPresence: presence,
        tellTikTok: () => vault.tellTikTok.next(),
        sweepDataKeys: () => vault.dataKeys.sweep(),
        announceExpiring: () => vault.announceExpiring(config.consentExpiryNoticeMs),
        cutAudit: () => vault.cutAudit(config.auditRetentionMs),
        ...(config.rewrapInBackground ? rewrapInBackground(config, vault, collections, stopping.signal) : {}),
      },
      (schedule, error) => logger.warn('vault.schedule.failed', { schedule, error }),
    );
    observeVault(meters, {
      census: vault.census,
      expiring: () => vault.countExpiring(config.consentExpiryNoticeMs),
      keyRing,
      dataKeys: vault.dataKeys,
      collections,
      unpublished: () => relay.unpublished(),
    });
    readiness.add('kms', () => vault.requireKms());

    context.onShutdown('vault', close);
    context.onShutdown('audit', async () => void (await relay.run('own')));
    // A pair that TikTok has just issued is nowhere else: it is waited for, and stored.
    context.onShutdown('schedules', () => schedules.stop(), { withinMs: finishWithinMs(config) });
    context.onShutdown('rewrap', async () => stopping.abort(), { phase: 'first' });
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
