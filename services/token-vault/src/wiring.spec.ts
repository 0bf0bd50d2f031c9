import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ExchangeReply, LeaseReply, newRequestId, SUBJECT } from '@trendpot/contracts';
import { DEFAULT_CLIENT } from '@trendpot/fake-tiktok';
import { createRecipient, ensureTopology, request, type Messaging } from '@trendpot/messaging';
import type { RunningService } from '@trendpot/nest-kit';
import { CEILINGS, eventually, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { runVaultService } from '../test/run-vault-service.ts';
import { exchangeRequest, startVaultLab, type Replica, type VaultLab } from '../test/vault-lab.ts';
import { openKeyRing } from './domain/keys/open-key-ring.ts';
import { natsAuditRelay } from './outbound/nats-audit-relay.ts';
import { natsAuditStream } from './outbound/nats-audit-stream.ts';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const stack = new AsyncDisposableStack();
let lab: VaultLab;
let nats: PlatformNats;
let gateway: Messaging;
let ingestion: Messaging;
let service: RunningService;

/** What the service finds when it starts. */
let gone: Replica;
let outdated: Replica;
let kept: Replica;
let leftBehind: string;
let endsSoon: string;
let endsLater: string;
let underForeignKey: string;

const read = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${service.port}${path}`);
const shows = async (line: string): Promise<boolean> => (await (await read('/metrics')).text()).includes(`\n${line}\n`);
const recordedBy = ({ holder }: Replica) => ({ chain: { $regex: `^token-vault\\.${holder}\\.` } });

/** A vault that recorded something so long ago, which the audit stream has. */
const recordedAgo = async (vault: Messaging, agoMs: number): Promise<Replica> => {
  const replica = lab.replica({ clock: () => new Date(Date.now() - agoMs) });
  await lab.connect(replica);
  await natsAuditRelay(vault, lab.database.collections, replica.holder).run('own');
  return replica;
};

const accountEndingIn = async (days: number): Promise<string> => {
  const accountId = await lab.connect(lab.replica());
  const refreshTokenExpiresAt = new Date(Date.now() + days * DAY_MS);
  const { accounts } = lab.database.collections;
  await accounts.updateOne({ _id: accountId }, { $set: { 'credential.refreshTokenExpiresAt': refreshTokenExpiresAt } });
  return accountId;
};

beforeAll(async () => {
  lab = stack.use(await startVaultLab());
  nats = stack.use(await startPlatformNats());
  [gateway, ingestion] = await Promise.all([nats.connect('auth-gateway'), nats.connect('ingestion')]);
  await ensureTopology(gateway, 'auth-gateway', {});
  await ensureTopology(ingestion, 'ingestion', { ceilings: CEILINGS });
  const vault = await nats.connect('token-vault');
  outdated = await recordedAgo(vault, 36 * HOUR_MS);
  kept = await recordedAgo(vault, 12 * HOUR_MS);
  gone = lab.replica();
  leftBehind = await lab.connect(gone);
  endsSoon = await accountEndingIn(9);
  endsLater = await accountEndingIn(11);
  const foreign = await openKeyRing(lab.keyService, await lab.createKey(), []);
  underForeignKey = await lab.connect(lab.replica({ keyRing: foreign }));
  const { auditChains } = lab.database.collections;
  await auditChains.updateMany({ _id: { $regex: gone.holder } }, { $set: { seenAt: new Date(0) } });
  service = await runVaultService(lab, nats, {
    TIKTOK_TOKEN_ENC_KEY_ID: lab.kmsKeyId,
    TIKTOK_CLIENT_SECRET: DEFAULT_CLIENT.secrets[0] ?? '',
    VAULT_AUDIT_RETENTION_DAYS: '1',
    VAULT_CONSENT_EXPIRY_NOTICE_DAYS: '10',
  });
  stack.defer(() => service.stop());
  await service.ready;
}, 120_000);
afterAll(() => stack.disposeAsync(), 60_000);

describe('a vault that starts', () => {
  it('publishes what a process that is gone has recorded and not published', async () => {
    const operator = await nats.connect('operator');
    const inStream = async () =>
      (await Array.fromAsync(natsAuditStream(operator).entries())).some(({ entry }) => entry?.accountId === leftBehind);
    await eventually(inStream, { what: 'the entry of the vault that is gone in the audit stream' });
  });

  it('removes audit entries older than it was told to keep, leaves the younger ones, and the audit has no fault', async () => {
    const { auditLogs } = lab.database.collections;
    const isCut = async () => (await auditLogs.countDocuments(recordedBy(outdated))) === 0;
    await eventually(isCut, { what: 'the removal of what is older than a day' });
    expect(await auditLogs.countDocuments(recordedBy(kept))).toBe(1);
    expect(await auditLogs.countDocuments(recordedBy(gone))).toBe(1);
    expect((await lab.replica().verifyAudit({})).findings).toEqual([]);
  });

  it('announces a consent that ends within the notice it was told to give, and counts it', async () => {
    const { accounts } = lab.database.collections;
    const isAnnounced = async () => {
      const account = await accounts.findOne({ _id: endsSoon });
      return account?.consentExpiryAnnounced?.getTime() === account?.credential?.refreshTokenExpiresAt.getTime();
    };
    await eventually(isAnnounced, { what: 'the announcement of a consent that ends in nine days' });
    expect((await accounts.findOne({ _id: endsLater }))?.consentExpiryAnnounced).toBeUndefined();
    expect(await shows('tiktok_vault_refresh_tokens_expiring 1')).toBe(true);
  });
});

describe('a vault that runs', () => {
  it('refuses a credential under a key it was not told of, and its metrics say so', async () => {
    expect(await shows('tiktok_token_key_mismatch_total 0')).toBe(true);
    const payload = {
      version: 1 as const,
      requestId: newRequestId(),
      accountId: underForeignKey,
      operation: 'video.list' as const,
      minimumSeconds: 0,
      recipient: createRecipient().publicKey,
    };
    const lease = request(ingestion, { subject: SUBJECT.vaultLease, payload, reply: LeaseReply, timeoutMs: 20_000 });
    await expect(lease).rejects.toMatchObject({ code: 'E_TIKTOK_KEY_MISMATCH' });
    expect(await shows('tiktok_token_key_mismatch_total 1')).toBe(true);
  });

  it('is not ready while KMS is out or refuses, says that it is KMS, and is ready again by itself', async () => {
    const stateOf = async () => {
      const answer = await read('/readyz');
      return [answer.status, await answer.json()];
    };
    const notReady = [503, { status: 'not ready', failing: ['kms'] }];
    const isDown = async () => (await read('/readyz')).status === 503;
    const refused = async (code: string): Promise<void> => {
      const payload = exchangeRequest((await lab.consent()).code);
      const exchange = { subject: SUBJECT.vaultExchange, payload, reply: ExchangeReply, timeoutMs: 20_000 };
      await expect(request(gateway, exchange)).rejects.toMatchObject({ code });
    };
    const isUp = async () => (await read('/readyz')).status === 200;
    await eventually(isUp, { what: 'readiness' });

    lab.kms.fault = 'throttled';
    await refused('E_VAULT_KMS_UNAVAILABLE');
    await eventually(isDown, { withinMs: 20_000, what: 'an outage of KMS that lasts' });
    expect(await stateOf()).toEqual(notReady);
    lab.kms.fault = undefined;
    await eventually(isUp, { withinMs: 20_000, what: 'readiness after the outage' });

    lab.kms.fault = 'denied';
    await refused('E_VAULT_KMS_DENIED');
    expect(await stateOf()).toEqual(notReady);
    lab.kms.fault = undefined;
  });
});
