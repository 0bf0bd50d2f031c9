import type { NatsUser } from '@trendpot/contracts';
import { openBrowser, type Browser, type Mongod } from '@trendpot/local-platform';
import type { Messaging } from '@trendpot/messaging';
import { runService } from '@trendpot/nest-kit';
import { connectMongo, type Database } from '@trendpot/persistence';
import { startBackingStores } from '@trendpot/testing';
import { AppModule } from '../src/app.module.ts';
import { loadConfig, topologyOf } from '../src/config.ts';
import { configureHttp } from '../src/inbound/http/configure-http.ts';
import { startStubVault, type StubVault } from './stub-vault.ts';

export const OPERATOR_TOKEN = 'operator-token-of-thirty-two-characters';
export const WEBHOOK_SECRET = 'test_client_secret';
const DATABASE = 'trendpot';
const AUTHORIZE_URL = 'https://www.tiktok.example/v2/auth/authorize/';

export interface GatewayUnderTest extends AsyncDisposable {
  readonly url: string;
  readonly mongod: Mongod;
  readonly database: Database;
  readonly vault: StubVault;
  /** Signs in at the same nats-server as another part of the platform. */
  messagingOf(user: NatsUser): Promise<Messaging>;
  readonly stop: () => Promise<void>;
}

/** The real gateway in this process, on a real nats-server with the platform's permissions and a real mongod; the vault is a stand-in. */
export const startGateway = async (settings: Record<string, string> = {}): Promise<GatewayUnderTest> => {
  const stores = await startBackingStores();
  const service = await runService(
    {
      name: 'auth-gateway',
      loadConfig,
      module: AppModule,
      topology: topologyOf,
      usesMongo: true,
      http: configureHttp,
    },
    {
      ...stores.environmentOf('auth-gateway', DATABASE),
      TIKTOK_CLIENT_KEY: 'aw-test-key',
      TIKTOK_AUTHORIZE_URL: AUTHORIZE_URL,
      TIKTOK_WEBHOOK_SECRET: WEBHOOK_SECRET,
      TRENDPOT_OPERATOR_TOKEN: OPERATOR_TOKEN,
      ...settings,
    },
  );
  await service.ready;
  const messagingOf = stores.nats.connect;
  const database = await connectMongo({ uri: stores.mongoUriOf(DATABASE), applicationName: 'gateway-test' });
  const vault = startStubVault(await messagingOf('token-vault'), database);
  let stopping: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    await service.stop();
    await vault.stop();
    await database.close();
    await stores.stop();
  };
  const stop = () => (stopping ??= stopAll());
  return {
    url: `http://127.0.0.1:${service.port}`,
    mongod: stores.mongod,
    database,
    vault,
    messagingOf,
    stop,
    [Symbol.asyncDispose]: stop,
  };
};

/** What TikTok's consent page would send the browser back with. */
export const callbackOf = (gateway: GatewayUnderTest, authorizeUrl: string, answer: Record<string, string>): string => {
  const state = new URL(authorizeUrl).searchParams.get('state') ?? '';
  return `${gateway.url}/auth/tiktok/callback?${new URLSearchParams({ ...answer, state }).toString()}`;
};

/** Sends the hand-off form. @returns the address at TikTok the browser is led to. */
export const agree = async (gateway: GatewayUnderTest, browser: Browser, fields: Record<string, string> = {}) => {
  const { location } = await browser.post(`${gateway.url}/connect`, fields);
  if (location === undefined) throw new Error('the hand-off led nowhere');
  return location;
};

export interface SignedInBrowser {
  readonly browser: Browser;
  readonly accountId: string;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, never> }>;
}

/** A browser that has connected an account. The code names the creator. */
export const connected = async (
  gateway: GatewayUnderTest,
  code: string,
  browser = openBrowser(),
): Promise<SignedInBrowser> => {
  const landed = await browser.get(callbackOf(gateway, await agree(gateway, browser), { code }));
  const accountId = new URL(landed.location ?? '').searchParams.get('account') ?? '';
  return {
    browser,
    accountId,
    call: async (method, path, body) => {
      const response = await browser.request(`${gateway.url}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          'sec-fetch-site': 'same-origin',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
    },
  };
};
