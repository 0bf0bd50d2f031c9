import { randomBytes } from 'node:crypto';
import { newRequestId, newUserId, type LeaseRequest, type RevokeRequest } from '@trendpot/contracts';
import { authorizationCodeAt, DEFAULT_CLIENT, startFakeTikTok, type Knobs } from '@trendpot/fake-tiktok';
import {
  fakeTikTokControl,
  startKms,
  startMongod,
  type FakeTikTokControl,
  type Mongod,
} from '@trendpot/local-platform';
import { createRecipient, sealTo } from '@trendpot/messaging';
import { connectMongo, migrate, type Database } from '@trendpot/persistence';
import { secret } from '@trendpot/secrets';
import type { KeyRing } from '../src/domain/keys/key-ring.ts';
import { openKeyRing } from '../src/domain/keys/open-key-ring.ts';
import type { OAuth, VaultLog, VaultMeter } from '../src/domain/ports.ts';
import { kmsKeyService, type KmsKeyService } from '../src/outbound/kms-key-service.ts';
import { tiktokOAuth } from '../src/outbound/tiktok-oauth.ts';
import { vaultTimes, type VaultTimes } from '../src/vault-times.ts';
import { makeVault, type Vault, type VaultParts } from '../src/vault.ts';
import { startFaultyKms, type FaultyKms } from './faulty-kms.ts';

export const SCOPES = ['user.info.basic', 'video.list', 'video.data', 'webhook.subscription'];
const REDIRECT = 'http://127.0.0.1/callback';

const SILENT_LOG: VaultLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Counts what the vault reports, by what it reports. */
export type MeterReadings = Map<string, number>;
const countingMeter = (readings: MeterReadings): VaultMeter => {
  const count = (name: string): void => void readings.set(name, (readings.get(name) ?? 0) + 1);
  return {
    leased: (outcome) => count(`leased ${outcome}`),
    keyMismatch: () => count('keyMismatch'),
    refreshed: (outcome) => count(`refreshed ${outcome}`),
    revoked: (outcome) => count(`revoked ${outcome}`),
    exchanged: (outcome) => count(`exchanged ${outcome}`),
    rewrapped: (outcome) => count(`rewrapped ${outcome}`),
    kmsCalled: (operation, outcome) => count(`kms ${operation} ${outcome}`),
    dataKeyAsked: (outcome) => count(`dataKey ${outcome}`),
  };
};

export interface ReplicaOptions extends Partial<Omit<VaultParts, 'times'>> {
  readonly times?: Partial<VaultTimes>;
  readonly callMs?: number;
  /** Put around the OAuth port before anything else. */
  readonly observeOAuth?: (oauth: OAuth) => OAuth;
}

export interface Replica extends Vault {
  readonly readings: MeterReadings;
}

export interface VaultLab extends AsyncDisposable {
  readonly database: Database;
  readonly mongod: Mongod;
  readonly mongoUri: string;
  readonly kms: FaultyKms;
  readonly kmsKeyId: string;
  readonly keyService: KmsKeyService;
  readonly keyRing: KeyRing;
  readonly tiktok: FakeTikTokControl;
  createKey(): Promise<string>;
  /** The same database and keys before a TikTok of its own. */
  withOwnTikTok(): Promise<VaultLab>;
  /** One vault process's worth of vault, with a cache and audit chains of its own. */
  replica(options?: ReplicaOptions): Replica;
  /** A creator who consents; the code TikTok sends back. */
  consent(creator?: string, scopes?: readonly string[]): Promise<Consent>;
  /** Connects a creator through the vault given. */
  connect(vault: Vault, consent?: Consent): Promise<string>;
}

export interface Consent {
  readonly creator: string;
  readonly code: string;
}

export const exchangeRequest = (code: string, userId = newUserId()) => ({
  version: 1 as const,
  requestId: newRequestId(),
  userId,
  code,
  redirectUri: REDIRECT,
  requestedScopes: SCOPES,
  consentCopyVersion: '2025-10',
});

export const revokeRequest = (
  accountId: string,
  kind: 'creator' | 'operator' | 'tiktok' = 'creator',
): RevokeRequest => ({
  version: 1,
  requestId: newRequestId(),
  accountId,
  actor: { kind, id: 'someone' },
  reason: 'no longer wanted',
});

/** A lease asked for with an ephemeral key, and the token in it. */
export const leaseToken = async (vault: Vault, accountId: string, more: Partial<LeaseRequest> = {}) => {
  const recipient = createRecipient();
  const result = await vault.leaseToken(
    {
      version: 1,
      requestId: newRequestId(),
      accountId,
      operation: 'video.list',
      minimumSeconds: 0,
      recipient: recipient.publicKey,
      ...more,
    },
    'ingestion',
  );
  const opened = recipient.open(Buffer.from(result.sealedToken, 'base64'), result.sender);
  return { ...result, token: Buffer.from(opened).toString('utf8') };
};

export interface LabOptions {
  readonly knobs?: Partial<Knobs>;
  /** Generous unless a test wants KMS to be too slow. */
  readonly kmsTimeoutMs?: number;
}

/** What all labs of one test file share. */
interface Ground {
  readonly database: Database;
  readonly mongod: Mongod;
  readonly mongoUri: string;
  readonly kms: FaultyKms;
  readonly kmsKeyId: string;
  readonly keyService: KmsKeyService;
  readonly keyRing: KeyRing;
  createKey(): Promise<string>;
}

const labOn = async (ground: Ground, options: LabOptions, stack: AsyncDisposableStack): Promise<VaultLab> => {
  const fake = stack.use(await startFakeTikTok(options.knobs === undefined ? {} : { knobs: options.knobs }));
  const tiktok = fakeTikTokControl(fake.url);

  const replica = ({
    callMs = 2_000,
    times,
    observeOAuth = (same) => same,
    ...given
  }: ReplicaOptions = {}): Replica => {
    const readings: MeterReadings = new Map();
    const oauth = tiktokOAuth({
      baseUrl: fake.url,
      clientKey: DEFAULT_CLIENT.key,
      clientSecrets: () => [secret(DEFAULT_CLIENT.secrets[0] ?? '')],
      callMs,
    });
    stack.defer(async () => oauth.close());
    const vault = makeVault({
      database: ground.database,
      keyService: ground.keyService,
      keyRing: ground.keyRing,
      oauth: observeOAuth(oauth),
      sealTo,
      log: SILENT_LOG,
      meter: countingMeter(readings),
      dialect: 'alignment',
      dataKeys: { maxEntries: 1_000, freshMs: 60_000, outageMs: 60_000, unavailableMs: 50, refusedMs: 50 },
      times: { ...vaultTimes(callMs), leaseMs: callMs + 1_000, ...times },
      ...given,
    });
    return { ...vault, readings };
  };

  const consent = async (creator = `creator${randomBytes(4).toString('hex')}`, scopes = SCOPES): Promise<Consent> => {
    await tiktok.post('/creators', { handle: creator, videos: 0 });
    return { creator, code: await authorizationCodeAt(fake.url, { creator, scopes, redirectUri: REDIRECT }) };
  };

  return {
    ...ground,
    tiktok,
    replica,
    consent,
    connect: async (vault, given) => {
      const { code } = given ?? (await consent());
      return (await vault.exchangeCode(exchangeRequest(code), 'auth-gateway')).accountId;
    },
    withOwnTikTok: () => labOn(ground, options, stack),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
};

/** A mongod, a KMS behind a proxy that can fail, a TikTok, and as many vaults before them as a test wants. */
export const startVaultLab = async (options: LabOptions = {}): Promise<VaultLab> => {
  const stack = new AsyncDisposableStack();
  try {
    const [mongod, kms] = await Promise.all([startMongod(), startKms()]);
    stack.defer(() => mongod.stop());
    stack.defer(() => kms.stop());
    const proxy = stack.use(await startFaultyKms(kms.endpoint));
    const uri = new URL(mongod.uri);
    uri.pathname = `/vault_${randomBytes(4).toString('hex')}`;
    const database = await connectMongo({ uri: uri.href, applicationName: 'vault-lab' });
    stack.defer(() => database.close());
    await migrate(database);
    process.env['AWS_ACCESS_KEY_ID'] ??= 'local';
    process.env['AWS_SECRET_ACCESS_KEY'] ??= 'local';
    const keyService = kmsKeyService({
      region: 'us-east-1',
      endpoint: proxy.endpoint,
      timeoutMs: options.kmsTimeoutMs ?? 20_000,
      attempts: 1,
    });
    stack.defer(async () => keyService.close());
    const keyRing = await openKeyRing(keyService, kms.keyId, []);
    proxy.calls.clear();
    const createKey = async (): Promise<string> => (await kms.createKey()).keyId;
    const ground = {
      database,
      mongod,
      mongoUri: uri.href,
      kms: proxy,
      kmsKeyId: kms.keyId,
      keyService,
      keyRing,
      createKey,
    };
    return await labOn(ground, options, stack);
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
};
