import { randomBytes } from 'node:crypto';
import { newAccountId, newUserId } from '@trendpot/contracts';
import { startMongod, type Mongod } from '@trendpot/local-platform';
import { Binary } from 'mongodb';
import {
  appendOutbox,
  connectMongo,
  migrate,
  readForChange,
  updateAccountAndAppend,
  type AccountDocument,
  type Appended,
  type Database,
  type OutboxEntry,
  type SealedCredential,
  type VideoDocument,
} from '@trendpot/persistence';

/** A migrated database of its own on a running mongod. */
export const freshDatabase = async (uri: string, migrated = true): Promise<Database> => {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const database = await connectMongo({ uri: uri.replace('/?', `/${name}?`), applicationName: 'persistence-spec' });
  if (migrated) await migrate(database);
  return database;
};

export interface RunningDatabase extends AsyncDisposable {
  readonly mongod: Mongod;
  readonly database: Database;
}

/** A migrated database on a mongod of its own. */
export const startDatabase = async (): Promise<RunningDatabase> => {
  await using stack = new AsyncDisposableStack();
  const mongod = await startMongod();
  stack.defer(() => mongod.stop());
  const database = await freshDatabase(mongod.uri);
  stack.defer(() => database.close());
  const whole = stack.move();
  return { mongod, database, [Symbol.asyncDispose]: () => whole.disposeAsync() };
};

export const someCredential = (): SealedCredential => ({
  keyId: 'arn:aws:kms:us-east-1:000000000000:key/1',
  dataKeyDigest: new Binary(randomBytes(32)),
  accessToken: new Binary(randomBytes(64)),
  refreshToken: new Binary(randomBytes(64)),
  accessTokenExpiresAt: new Date(),
  refreshTokenExpiresAt: new Date(),
  generation: 1,
});

export const someAccount = (overrides: Partial<AccountDocument> = {}): AccountDocument => ({
  _id: newAccountId(),
  openId: `open-${randomBytes(6).toString('hex')}`,
  userId: newUserId(),
  state: 'connected',
  scopes: { requested: ['video.list'], granted: ['video.list'] },
  consentCopyVersion: '1',
  credential: someCredential(),
  sync: { pages: 0, videos: 0, complete: false },
  eventSequence: 0,
  createdAt: new Date(),
  updatedAt: new Date(),
  ...overrides,
});

/** Stores an account. @returns its id */
export const addAccount = async ({ collections }: Pick<Database, 'collections'>): Promise<string> => {
  const account = someAccount();
  await collections.accounts.insertOne(account);
  return account._id;
};

export const someVideo = (accountId: string, overrides: Partial<VideoDocument> = {}): VideoDocument => {
  const id = String(7_000_000_000_000_000_000n + BigInt(`0x${randomBytes(6).toString('hex')}`));
  return {
    _id: id,
    tiktokVideoId: id,
    accountId,
    shareUrl: `https://www.tiktok.com/@x/video/${id}`,
    caption: 'A day at the beach <3',
    createdAt: new Date(),
    embed: {
      videoId: id,
      html: `<iframe src="https://www.tiktok.com/player/v1/${id}" sandbox="allow-scripts"></iframe>`,
      playerUrl: `https://www.tiktok.com/player/v1/${id}`,
    },
    counts: { views: 2 ** 40, likes: 3 },
    lastRefreshedAt: new Date(),
    absences: 0,
    storedAt: new Date(),
    ...overrides,
  };
};

/** Appends so many events of ingestion in one transaction, which looks whether anything older of the account waits. */
export const appendTogether = (
  { collections, transaction }: Pick<Database, 'collections' | 'transaction'>,
  accountId: string,
  count = 2,
): Promise<{ readonly appended: Appended; readonly nothingWaits: boolean }> =>
  transaction(async (session) => {
    const noVideos = [{ $match: { _id: { $in: [] } } }];
    const found = await readForChange(collections, session, accountId, { _id: 1 }, noVideos);
    const entries = Array.from({ length: count }, () => ({
      service: 'ingestion' as const,
      subject: 'tiktok.videos.update',
      build: (sequence: number, id: string) => ({ id, data: { change: 'synced', sequence } }),
    }));
    const appended = await updateAccountAndAppend(collections, session, accountId, {}, entries);
    return { appended, nothingWaits: found?.nothingWaits ?? false };
  });

/** Appends one entry in a transaction of its own; by default an event of ingestion. */
export const append = (
  database: Database,
  accountId: string,
  entry: Partial<Omit<OutboxEntry, 'accountId'>> = {},
): Promise<number> =>
  database.transaction((session) =>
    appendOutbox(database.collections, session, {
      accountId,
      service: 'ingestion',
      subject: 'tiktok.videos.update',
      build: (sequence, id) => ({ id, data: { change: 'synced', sequence } }),
      ...entry,
    }),
  );
