import {
  accountApi,
  connectCreator,
  PROCESS_FIRST,
  startPlatform,
  type AccountApi,
  type Connected,
  type ConnectOptions,
  type FakeTikTokControl,
  type Platform,
  type PlatformOptions,
} from '@trendpot/local-platform';
import { connectMongo, type Collections, type Database } from '@trendpot/persistence';
import { WIDE_OPEN } from './ceilings.ts';
import { eventually } from './eventually.ts';

/** A creator who has connected, and what their browser can do. */
export interface ConnectedCreator extends Connected {
  readonly accountId: string;
  readonly api: AccountApi;
}

export interface TestPlatform extends AsyncDisposable {
  readonly platform: Platform;
  readonly tiktok: FakeTikTokControl;
  readonly collections: Collections;
  readonly database: Database;
  /** Connects a creator through the real pages. */
  connect(options: ConnectOptions): Promise<ConnectedCreator>;
  /** Waits until the account says it is in this state. */
  untilState(accountId: string, state: string, withinMs?: number): Promise<void>;
  stop(): Promise<void>;
}

/** All five services as processes of their own on real servers, with the database open beside them. */
export const startTestPlatform = async (options: PlatformOptions = {}): Promise<TestPlatform> => {
  const platform = await startPlatform({
    order: PROCESS_FIRST,
    ...options,
    environment: { ...WIDE_OPEN, ...options.environment },
    knobs: { perMinute: 0, ...options.knobs },
  });
  const database = await connectMongo({ uri: platform.backing.mongoUri, applicationName: 'test' });
  const tiktok = platform.tiktok;
  if (tiktok === undefined) throw new Error('tests never talk to the real TikTok');
  const stop = async (): Promise<void> => {
    await database.close();
    await platform.stop();
  };
  return {
    platform,
    tiktok,
    database,
    collections: database.collections,
    connect: async (connectOptions) => {
      const connected = await connectCreator(platform.gatewayUrl, connectOptions);
      const api = accountApi(platform.gatewayUrl, connected.browser);
      const [account] = await api.accounts();
      if (account === undefined) throw new Error(`nobody is connected; the last page was ${connected.page.url}`);
      return { ...connected, api, accountId: account.accountId };
    },
    untilState: async (accountId, state, withinMs = 30_000) => {
      await eventually(async () => (await database.collections.accounts.findOne({ _id: accountId }))?.state === state, {
        withinMs,
        what: `${accountId} becoming ${state}`,
      });
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
};
