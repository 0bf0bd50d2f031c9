import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId, newUserId } from '@trendpot/contracts';
import { digestOfDataKey, findAuditEntries } from '@trendpot/persistence';
import { Binary } from 'mongodb';
import { KeyRefused, openKeyRing } from '../../services/token-vault/src/domain/keys/open-key-ring.ts';
import { makeRequireKms } from '../../services/token-vault/src/domain/keys/require-kms.ts';
import type { KmsFault, KmsLie } from '../../services/token-vault/test/faulty-kms.ts';
import {
  exchangeRequest,
  leaseToken,
  revokeRequest,
  startVaultLab,
  type Replica,
  type VaultLab,
} from '../../services/token-vault/test/vault-lab.ts';

jest.setTimeout(30_000);

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab({ kmsTimeoutMs: 1_500 });
}, 60_000);
afterEach(() => {
  lab.kms.fault = undefined;
  lab.kms.keyFaults.clear();
  lab.kms.calls.clear();
});
afterAll(async () => lab[Symbol.asyncDispose]());

const SILENT: readonly KmsFault[] = ['throttled', 'internal', 'silence', 'reset', 'garbage'];
const REFUSING: readonly KmsFault[] = ['denied', 'disabled', 'pending-deletion'];
/** Lies, and as what the vault refuses them when they answer the unwrapping of a key. */
const LYING: readonly [KmsLie, code: string][] = [
  ['names-another-key', 'E_VAULT_SEAL_BROKEN'],
  ['half-a-key', 'E_VAULT_SEAL_BROKEN'],
  ['another-key', 'E_VAULT_SEAL_BROKEN'],
  ['no-key', 'E_VAULT_KMS_UNAVAILABLE'],
];
const kmsCalls = (): number => lab.kms.callsOf('Decrypt') + lab.kms.callsOf('GenerateDataKey');

/** A vault whose cached keys are always due to be unwrapped again. */
const impatient = (outageMs: number) =>
  lab.replica({ dataKeys: { maxEntries: 100, freshMs: 0, outageMs, unavailableMs: 200, refusedMs: 200 } });

/** A vault, and a way to let KMS's last refusal grow old for it. */
const withMovableClock = () => {
  let ahead = 0;
  const vault = lab.replica({ now: () => performance.now() + ahead });
  return { vault, forgetRefusals: () => void (ahead += 60) };
};

describe('a crowd of leases of one account whose key is not in memory', () => {
  it('makes exactly one call to KMS', async () => {
    const accountId = await lab.connect(lab.replica());
    const cold = lab.replica();
    lab.kms.calls.clear();
    const release = lab.kms.hold();
    const crowd = Promise.all(Array.from({ length: 500 }, () => leaseToken(cold, accountId)));
    await delay(200);
    release();
    expect(new Set((await crowd).map(({ token }) => token)).size).toBe(1);
    expect(kmsCalls()).toBe(1);
    await leaseToken(cold, accountId);
    expect(kmsCalls()).toBe(1);
  });
});

describe.each(SILENT)('while KMS is out (%s)', (fault) => {
  it('accounts whose key is in memory go on, for the time that is set and no longer', async () => {
    const vault = impatient(60_000);
    const strict = impatient(0);
    const accountId = await lab.connect(vault);
    await leaseToken(strict, accountId);
    lab.kms.fault = fault;
    expect((await leaseToken(vault, accountId)).generation).toBe(1);
    await expect(leaseToken(strict, accountId)).rejects.toMatchObject({ code: 'E_VAULT_KMS_UNAVAILABLE' });
    expect(vault.readings.get('dataKey stale')).toBeGreaterThan(0);
  });

  it('a new consent is told to try again, and its code is not spent', async () => {
    const { vault, forgetRefusals } = withMovableClock();
    const { code } = await lab.consent();
    lab.kms.fault = fault;
    const request = exchangeRequest(code);
    await expect(vault.exchangeCode(request, 'auth-gateway')).rejects.toMatchObject({
      code: 'E_VAULT_KMS_UNAVAILABLE',
      verdict: 'backoff',
    });
    lab.kms.fault = undefined;
    forgetRefusals();
    expect(await vault.exchangeCode(request, 'auth-gateway')).toMatchObject({ state: 'connected' });
  });

  it('a crowd asks KMS once, not one by one', async () => {
    const accountIds = [await lab.connect(lab.replica()), await lab.connect(lab.replica())];
    const vault = impatient(0);
    lab.kms.fault = fault;
    lab.kms.calls.clear();
    const crowd = Array.from({ length: 60 }, (_, index) => leaseToken(vault, accountIds[index % 2] ?? ''));
    const outcomes = await Promise.allSettled(crowd);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    expect(kmsCalls()).toBeLessThanOrEqual(2);
  });
});

describe.each(REFUSING)('when KMS refuses the key (%s)', (fault) => {
  it('access ends at once, whatever is in memory', async () => {
    const vault = impatient(60_000);
    const accountId = await lab.connect(vault);
    lab.kms.fault = fault;
    await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code: 'E_VAULT_KMS_DENIED' });
    expect(vault.dataKeys.size).toBe(0);
    await expect(vault.requireKms()).rejects.toMatchObject({ code: 'E_VAULT_KMS_DENIED' });
  });

  it('the vault does not start', async () => {
    lab.kms.fault = fault;
    const opening = openKeyRing(lab.keyService, lab.kmsKeyId, []);
    await expect(opening).rejects.toThrow(KeyRefused);
    await expect(opening).rejects.toThrow(/^TIKTOK_TOKEN_ENC_KEY_ID names a key that cannot be used/);
  });
});

describe('a code that was redeemed just before KMS went out', () => {
  /** Connects with KMS going out while TikTok redeems the code. */
  const connectInOutage = async (userId: string, creator: string) => {
    const { code } = await lab.consent(creator);
    await lab.tiktok.post('/hold-next', { route: '/v2/oauth/token/', id: code });
    const vault = lab.replica({ times: { insistMs: 300 } });
    const exchange = vault.exchangeCode(exchangeRequest(code, userId), 'auth-gateway');
    await lab.tiktok.get(`/held/${encodeURIComponent(code)}`);
    lab.kms.fault = 'throttled';
    await lab.tiktok.post(`/release/${encodeURIComponent(code)}`);
    const result = await exchange;
    lab.kms.fault = undefined;
    return result;
  };

  it('connects a second creator of one person', async () => {
    const userId = newUserId();
    const { code } = await lab.consent('first-of-two');
    const first = await lab.replica().exchangeCode(exchangeRequest(code, userId), 'auth-gateway');
    const second = await connectInOutage(userId, 'second-of-two');
    expect(second).toMatchObject({ state: 'connected' });
    for (const { accountId } of [first, second]) {
      expect((await leaseToken(lab.replica(), accountId)).generation).toBe(1);
    }
  });

  it('connects a creator another person had connected, in an account of its own', async () => {
    const { creator, code } = await lab.consent();
    const known = await lab.connect(lab.replica(), { creator, code });
    const moved = await connectInOutage(newUserId(), creator);
    expect(moved).toMatchObject({ state: 'connected' });
    expect(moved.accountId).not.toBe(known);
    expect((await leaseToken(lab.replica(), moved.accountId)).generation).toBe(1);
    await expect(leaseToken(lab.replica(), known)).rejects.toMatchObject({ code: 'E_ACCOUNT_REVOKED' });
    const receipt = await lab.replica().disconnectAccount(revokeRequest(known), 'auth-gateway');
    expect(receipt.atTikTok).toBe('given-up');
  });
});

describe('a wrapped key KMS does not accept', () => {
  it('is a broken seal from outside, and its cause is in the audit', async () => {
    const vault = impatient(60_000);
    const accountId = await lab.connect(vault);
    lab.kms.fault = 'wrong-key';
    await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code: 'E_VAULT_SEAL_BROKEN' });
    const refusals = { accountId, action: 'token.decrypt' as const, outcome: 'refused' as const };
    expect(await Array.fromAsync(findAuditEntries(lab.database.collections, refusals))).toMatchObject([
      { cause: 'E_VAULT_SEAL_BROKEN/data-key' },
    ]);
  });
});

describe.each(LYING)('when KMS answers in due form and lies (%s)', (lie, code) => {
  const credentialOf = async (accountId: string) =>
    (await lab.database.collections.accounts.findOne({ _id: accountId }))?.credential;

  it('nothing is handed out, the refusal is audited, and what is stored opens once KMS tells the truth', async () => {
    const accountId = await lab.connect(lab.replica());
    let sealed = 0;
    const vault = lab.replica({
      sealTo: () => {
        sealed += 1;
        throw new Error('a token was about to leave');
      },
    });
    lab.kms.fault = lie;
    await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code });
    expect(sealed).toBe(0);
    const refusals = { accountId, action: 'token.decrypt' as const, outcome: 'refused' as const };
    const audited = await Array.fromAsync(findAuditEntries(lab.database.collections, refusals));
    expect(audited.map(({ cause }) => cause?.split('/')[0])).toEqual([code]);
    lab.kms.fault = undefined;
    expect((await leaseToken(lab.replica(), accountId)).generation).toBe(1);
  });

  it('no refresh is begun and nothing is stored', async () => {
    const accountId = await lab.connect(lab.replica());
    const before = await credentialOf(accountId);
    const asked = (await lab.tiktok.calls('/v2/oauth/token/')).length;
    lab.kms.fault = lie;
    const late = lab.replica({ clock: () => new Date(Date.now() + 8_000_000) });
    await expect(leaseToken(late, accountId)).rejects.toMatchObject({ code });
    expect((await lab.tiktok.calls('/v2/oauth/token/')).length).toBe(asked);
    expect(await credentialOf(accountId)).toEqual(before);
  });
});

// That a new key is not the one in the blob beside it, only unwrapping the blob would tell.
describe.each<KmsLie>(['names-another-key', 'half-a-key', 'no-key'])('a new data key that is none (%s)', (lie) => {
  it('seals nothing: the code is not spent, and no account is stored', async () => {
    const { code } = await lab.consent();
    const request = exchangeRequest(code);
    const { accounts, dataKeys } = lab.database.collections;
    const stored = async () => [await accounts.countDocuments(), await dataKeys.countDocuments()];
    const before = await stored();
    lab.kms.fault = lie;
    const refused = lab.replica().exchangeCode(request, 'auth-gateway');
    await expect(refused).rejects.toMatchObject({ code: 'E_VAULT_KMS_UNAVAILABLE' });
    expect(await stored()).toEqual(before);
    lab.kms.fault = undefined;
    expect(await lab.replica().exchangeCode(request, 'auth-gateway')).toMatchObject({ state: 'connected' });
  });
});

describe('a refusal of KMS is remembered', () => {
  /** Long enough to outlast both crowds on any machine. */
  const mindful = (previousKeyIds: readonly string[] = []) =>
    lab.replica({
      keyRing: { ...lab.keyRing, previousKeyIds },
      dataKeys: { maxEntries: 100, freshMs: 60_000, outageMs: 60_000, unavailableMs: 60_000, refusedMs: 60_000 },
    });
  const crowdAt = async (vault: Replica, accountIds: readonly string[]): Promise<unknown[]> => {
    const crowd = Array.from({ length: 50 }, (_, index) =>
      leaseToken(vault, accountIds[index % accountIds.length] ?? ''),
    );
    return (await Promise.allSettled(crowd)).map((end) => (end.status === 'rejected' ? end.reason : undefined));
  };
  const all = (code: string) => Array.from({ length: 50 }, () => expect.objectContaining({ code }));

  it('of a key: whoever else has a credential under it does not ask again', async () => {
    const earlier = await openKeyRing(lab.keyService, await lab.createKey(), []);
    const [first, ...others] = await Promise.all(
      Array.from({ length: 5 }, () => lab.connect(lab.replica({ keyRing: earlier }))),
    );
    const vault = mindful([earlier.currentKeyId]);
    lab.kms.keyFaults.set(earlier.currentKeyId, 'denied');
    lab.kms.calls.clear();
    expect(await crowdAt(vault, [first ?? ''])).toEqual(all('E_VAULT_KMS_DENIED'));
    expect(kmsCalls()).toBe(1);
    expect(await crowdAt(vault, others)).toEqual(all('E_VAULT_KMS_DENIED'));
    expect(kmsCalls()).toBe(1);
  });

  it('of a wrapped key that is damaged: it is not sent again, and the key itself serves all others', async () => {
    const [broken, whole] = [await lab.connect(lab.replica()), await lab.connect(lab.replica())];
    const { accounts, dataKeys } = lab.database.collections;
    const { wrapped } = (await dataKeys.findOne({ _id: broken }))!;
    const bytes = Buffer.from(wrapped.buffer.subarray(0, wrapped.position));
    bytes.writeUInt8(bytes.readUInt8(60) ^ 1, 60);
    const dataKeyDigest = new Binary(digestOfDataKey(bytes));
    await dataKeys.updateOne({ _id: broken }, { $set: { wrapped: new Binary(bytes) } });
    await accounts.updateOne({ _id: broken }, { $set: { 'credential.dataKeyDigest': dataKeyDigest } });
    const vault = mindful();
    lab.kms.calls.clear();
    expect(await crowdAt(vault, [broken])).toEqual(all('E_VAULT_SEAL_BROKEN'));
    expect(await crowdAt(vault, [broken])).toEqual(all('E_VAULT_SEAL_BROKEN'));
    expect(kmsCalls()).toBe(1);
    expect((await leaseToken(vault, whole)).generation).toBe(1);
  });
});

describe('readiness', () => {
  it('tells of an outage and of its end, and costs no call while KMS answers', async () => {
    const { vault, forgetRefusals } = withMovableClock();
    await lab.connect(vault);
    lab.kms.calls.clear();
    await vault.requireKms();
    expect(kmsCalls()).toBe(0);
    lab.kms.fault = 'denied';
    const other = await lab.connect(lab.replica()).catch(() => undefined);
    expect(other).toBeUndefined();
    const consent = await lab.consent();
    await vault.exchangeCode(exchangeRequest(consent.code), 'auth-gateway').catch(() => undefined);
    await expect(vault.requireKms()).rejects.toMatchObject({ code: 'E_VAULT_KMS_DENIED' });
    lab.kms.fault = undefined;
    forgetRefusals();
    await vault.exchangeCode(exchangeRequest(consent.code), 'auth-gateway');
    await vault.requireKms();
  });
});

const statusOf = (vault: Replica) => vault.reportStatus({ version: 1, requestId: newRequestId() }, 'auth-gateway');

describe('readiness while KMS is silent', () => {
  it('stays for five seconds, in which accounts in memory go on, and then tells', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    const { code } = await lab.consent();
    lab.kms.fault = 'throttled';
    await expect(vault.exchangeCode(exchangeRequest(code), 'auth-gateway')).rejects.toThrow();
    await vault.requireKms();
    expect(await statusOf(vault)).toMatchObject({ kms: 'degraded' });
    const later = makeRequireKms(vault.dataKeys, lab.keyRing, vault.health, () => performance.now() + 5_000);
    await expect(later()).rejects.toMatchObject({ code: 'E_VAULT_KMS_UNAVAILABLE' });
    expect((await leaseToken(vault, accountId)).generation).toBe(1);
  });

  it('comes back with KMS, by asking it once', async () => {
    const { vault, forgetRefusals } = withMovableClock();
    const { code } = await lab.consent();
    lab.kms.fault = 'silence';
    await expect(vault.exchangeCode(exchangeRequest(code), 'auth-gateway')).rejects.toThrow();
    lab.kms.fault = undefined;
    forgetRefusals();
    lab.kms.calls.clear();
    const later = makeRequireKms(vault.dataKeys, lab.keyRing, vault.health, () => performance.now() + 5_000);
    await later();
    await later();
    expect(kmsCalls()).toBe(1);
  });
});

describe('a key of earlier days that KMS refuses', () => {
  it('shuts its own credentials, and leaves the vault ready for all others', async () => {
    const earlier = await openKeyRing(lab.keyService, await lab.createKey(), []);
    const accountId = await lab.connect(lab.replica({ keyRing: earlier }));
    const vault = lab.replica({ keyRing: { ...lab.keyRing, previousKeyIds: [earlier.currentKeyId] } });
    const other = await lab.connect(vault);
    lab.kms.keyFaults.set(earlier.currentKeyId, 'denied');
    await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code: 'E_VAULT_KMS_DENIED' });
    expect(await statusOf(vault)).toMatchObject({ kms: 'available' });
    await vault.requireKms();
    expect((await leaseToken(vault, other)).generation).toBe(1);
  });
});

describe('a refresh while KMS is out', () => {
  it('is not begun: TikTok is asked only when the new pair can be sealed', async () => {
    const accountId = await lab.connect(lab.replica());
    const vault = lab.replica({ clock: () => new Date(Date.now() + 8_000_000) });
    lab.kms.fault = 'throttled';
    const before = (await lab.tiktok.calls('/v2/oauth/token/')).length;
    await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code: 'E_VAULT_KMS_UNAVAILABLE' });
    expect((await lab.tiktok.calls('/v2/oauth/token/')).length).toBe(before);
    const account = await lab.database.collections.accounts.findOne({ _id: accountId });
    expect(account).toMatchObject({ state: 'connected' });
    expect(account?.refreshIntent).toBeUndefined();
  });
});
