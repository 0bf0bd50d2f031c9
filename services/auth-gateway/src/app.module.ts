import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { rotatingSecrets } from '@trendpot/config';
import { newRequestId } from '@trendpot/contracts';
import { openAuditWriter, readUsage } from '@trendpot/messaging';
import { databaseOf, type ServiceContext } from '@trendpot/nest-kit';
import { isLoopback } from './addresses.ts';
import type { Config } from './config.ts';
import { makeDisconnectAccount } from './domain/disconnect/disconnect-account.ts';
import { ACCOUNT_SHARE, withinAccountShare } from './domain/library/account-share.ts';
import { makeFindVideo } from './domain/library/find-video.ts';
import { makeListVideos } from './domain/library/list-videos.ts';
import { makeLivePage } from './domain/library/live-page.ts';
import { makeSettleDeadLetters } from './domain/operations/dead-letters.ts';
import { makeOperatorDisconnect } from './domain/operations/operator-disconnect.ts';
import { makeResyncAccount } from './domain/operations/resync-account.ts';
import type { Budget, Clock } from './domain/ports.ts';
import { makeRateGuard } from './domain/rate-guard.ts';
import { makeCompleteSignIn } from './domain/sign-in/complete-sign-in.ts';
import { makeSessions } from './domain/sign-in/sessions.ts';
import { makeStartSignIn } from './domain/sign-in/start-sign-in.ts';
import { makeHandleWebhooks } from './domain/webhooks/handle-webhooks.ts';
import { makeReceiveWebhook } from './domain/webhooks/receive-webhook.ts';
import { CONTROLLERS } from './inbound/controllers.ts';
import type { GatewaySettings } from './inbound/gateway-settings.ts';
import { ProgressStreams } from './inbound/http/progress-streams.ts';
import * as token from './inbound/tokens.ts';
import { startWebhookSweep } from './inbound/webhooks.schedule.ts';
import { mongoAccounts } from './outbound/mongo-accounts.ts';
import { mongoAuditCopy } from './outbound/mongo-audit-copy.ts';
import { mongoLoginIntents } from './outbound/mongo-login-intents.ts';
import { mongoSessions } from './outbound/mongo-sessions.ts';
import { mongoVideos } from './outbound/mongo-videos.ts';
import { mongoWebhookInbox } from './outbound/mongo-webhook-inbox.ts';
import { natsDeadLetters } from './outbound/nats-dead-letters.ts';
import { natsJobs } from './outbound/nats-jobs.ts';
import { natsLiveEvents } from './outbound/nats-live-events.ts';
import { natsLiveLibrary } from './outbound/nats-live-library.ts';
import { natsTokenVault } from './outbound/nats-token-vault.ts';
import { tiktokAuthorizePage } from './outbound/tiktok-authorize-page.ts';
import { tiktokWebhookSignature } from './outbound/tiktok-webhook-signature.ts';

const clock: Clock = { now: () => new Date() };

const takesWebhooks = ({ webhooks: { secrets } }: Config): boolean =>
  secrets.file !== undefined || secrets.given.length > 0;

const settingsOf = (config: Config): GatewaySettings => ({
  publicOrigin: config.publicOrigin,
  authorizeOrigin: new URL(config.authorizeUrl).origin,
  secureCookies: !isLoopback(config.publicOrigin) || config.publicOrigin.startsWith('https:'),
  scopes: config.scopes,
  operatorToken: config.operatorToken,
  takesWebhooks: takesWebhooks(config),
  rates: config.rates,
  trustedProxies: config.trustedProxies,
  maximumStreams: config.maximumStreams,
  imageSources: config.imageSources,
  frameSources: config.frameSources,
});

@Module({})
export class AppModule {
  static register(config: Config, context: ServiceContext): DynamicModule {
    const { logger, meters, messaging } = context;
    const database = databaseOf(context);
    const accounts = mongoAccounts(database);
    const videos = mongoVideos(database);
    const intents = mongoLoginIntents(database);
    const vault = natsTokenVault(messaging);
    const share = makeRateGuard(ACCOUNT_SHARE, () => performance.now());
    const library = withinAccountShare(natsLiveLibrary(messaging), share);
    const audit = openAuditWriter(messaging, 'auth-gateway', {
      copy: mongoAuditCopy(database.collections),
      now: clock.now,
    });
    const jobs = natsJobs(messaging);
    const budget: Budget = { use: () => readUsage(messaging) };
    const deadLetters = natsDeadLetters(messaging, audit);
    const inbox = mongoWebhookInbox(database);
    const events = natsLiveEvents(messaging, logger);
    const streams = new ProgressStreams({ accounts, events, logger, maximum: config.maximumStreams });
    const { redirectUri } = config;
    const { secrets, toleranceSeconds } = config.webhooks;
    const webhookSecrets = rotatingSecrets(secrets, () => logger.warn('tiktok.webhook-secret.unusable'));
    const handleWebhooks = makeHandleWebhooks({
      inbox,
      accounts,
      vault,
      audit,
      clock,
      newRequestId,
      observe: ({ webhook, outcome, requestId, code }) => {
        meters.add('tiktok_webhooks_total', { outcome });
        const fields = { requestId, event: webhook.event, accountId: webhook.accountId, outcome, code };
        if (outcome === 'postponed') logger.warn('tiktok.webhook.postponed', fields);
        else logger.info('tiktok.webhook.handled', fields);
      },
    });

    const stopSweeping = startWebhookSweep(handleWebhooks, logger);
    context.onShutdown('webhooks', stopSweeping, { phase: 'first' });
    context.onShutdown('progress streams', async () => streams.close(), { phase: 'first' });
    context.onShutdown('live events', async () => events.stop());
    meters.observe('gateway_progress_streams', () => streams.size, {});
    if (!takesWebhooks(config)) logger.warn('tiktok.webhook.disabled');

    const bindings: ReadonlyArray<readonly [symbol, unknown]> = [
      [token.GATEWAY, settingsOf(config)],
      [token.CLOCK, clock],
      [token.LOGGER, logger],
      [token.METERS, meters],
      [token.SESSIONS, makeSessions(mongoSessions(database), clock, config.sessionTtlMs)],
      [token.ACCOUNTS, accounts],
      [token.VIDEOS, videos],
      [token.VAULT, vault],
      [token.BUDGET, budget],
      [
        token.START_SIGN_IN,
        makeStartSignIn({ intents, authorizePage: tiktokAuthorizePage(config), clock, settings: config }),
      ],
      [token.COMPLETE_SIGN_IN, makeCompleteSignIn({ intents, vault, clock, redirectUri })],
      [token.LIST_VIDEOS, makeListVideos({ accounts, videos })],
      [token.FIND_VIDEO, makeFindVideo({ accounts, videos, library })],
      [token.LIVE_PAGE, makeLivePage({ accounts, library })],
      [token.DISCONNECT_ACCOUNT, makeDisconnectAccount({ accounts, vault })],
      [token.VERIFY_WEBHOOK, tiktokWebhookSignature({ secrets: webhookSecrets, toleranceSeconds, clock })],
      [token.RECEIVE_WEBHOOK, makeReceiveWebhook({ inbox, accounts, clock })],
      [token.HANDLE_WEBHOOKS, handleWebhooks],
      [token.RESYNC_ACCOUNT, makeResyncAccount({ accounts, jobs, audit, clock, pageSize: config.ingestionPageSize })],
      [token.DEAD_LETTERS, deadLetters],
      [token.SETTLE_DEAD_LETTERS, makeSettleDeadLetters({ deadLetters })],
      [token.OPERATOR_DISCONNECT, makeOperatorDisconnect({ accounts, vault, audit })],
    ];
    const providers: Provider[] = bindings.map(([provide, useValue]) => ({ provide, useValue }));
    return {
      module: AppModule,
      controllers: CONTROLLERS,
      providers: [...providers, { provide: ProgressStreams, useValue: streams }],
    };
  }
}
