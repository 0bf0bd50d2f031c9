import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlatformError } from '@trendpot/contracts';
import { findAuditEntries, digestOfDataKey, type AccountDocument, type SealedCredential } from '@trendpot/persistence';
import { Binary } from 'mongodb';
import {
  leaseToken,
  revokeRequest,
  startVaultLab,
  type ReplicaOptions,
  type VaultLab,
} from '../../services/token-vault/test/vault-lab.ts';

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

/** A credential as it is stored, with the data key that lies elsewhere. */
interface Stored extends Omit<SealedCredential, 'wrappedDataKey'> {
  readonly wrapped: Binary;
}

const credentialOf = async (accountId: string): Promise<Stored> => {
  const { accounts, dataKeys } = lab.database.collections;
  const [account, key] = [await accounts.findOne({ _id: accountId }), await dataKeys.findOne({ _id: accountId })];
  if (account?.credential === undefined || key === null) throw new Error('the account has no credential');
  return { ...account.credential, wrapped: key.wrapped };
};

/** Whoever can write here can write there: the credential names the key that is put in place. */
const write = async (accountId: string, { wrapped, ...change }: Partial<Stored>): Promise<void> => {
  const { accounts, dataKeys } = lab.database.collections;
  const dataKeyDigest = wrapped && new Binary(digestOfDataKey(wrapped.buffer.subarray(0, wrapped.position)));
  const named = { ...change, ...(dataKeyDigest === undefined ? {} : { dataKeyDigest }) };
  const fields = Object.entries(named).map(([name, value]) => [`credential.${name}`, value]);
  await accounts.updateOne({ _id: accountId }, { $set: Object.fromEntries(fields) as Partial<AccountDocument> });
  if (wrapped !== undefined) await dataKeys.updateOne({ _id: accountId }, { $set: { wrapped } });
};

const changed = (blob: Binary, work: (bytes: Buffer) => Buffer): Binary =>
  new Binary(work(Buffer.from(blob.buffer.subarray(0, blob.position))));

/** By then every access token has expired, and what is to be done needs a refresh first. */
const LATE_MS = 8_000_000;
const late = (): Date => new Date(Date.now() + LATE_MS);
const callsToTikTok = async (): Promise<number> => {
  const calls = await Promise.all(['/v2/oauth/token/', '/v2/oauth/revoke/'].map((route) => lab.tiktok.calls(route)));
  return calls.flat().length;
};

const CASES: readonly [what: string, change: (own: Stored, other: Stored) => Partial<Stored>, cause: string][] = [
  ['the access token of another account', (_own, other) => ({ accessToken: other.accessToken }), 'commitment'],
  ['token and data key of another account', (_own, { accessToken, wrapped }) => ({ accessToken, wrapped }), 'data-key'],
  ['the whole credential of another account', (_own, other) => other, 'data-key'],
  ['the data key of another account', (_own, { wrapped }) => ({ wrapped }), 'data-key'],
  ['its own refresh token as access token', ({ refreshToken }) => ({ accessToken: refreshToken }), 'tag'],
  ['another generation beside it', () => ({ generation: 7 }), 'tag'],
  [
    'a truncated token',
    ({ accessToken }) => ({ accessToken: changed(accessToken, (bytes) => bytes.subarray(0, 40)) }),
    'length',
  ],
  ['an empty token', () => ({ accessToken: new Binary(Buffer.alloc(0)) }), 'version'],
  [
    'a token of an unknown version',
    ({ accessToken }) => ({
      accessToken: changed(accessToken, (bytes) => Buffer.concat([Buffer.from([9]), bytes.subarray(1)])),
    }),
    'version',
  ],
  [
    'a flipped bit in the token',
    ({ accessToken }) => ({
      accessToken: changed(accessToken, (bytes) => (bytes.writeUInt8(bytes.readUInt8(50) ^ 1, 50), bytes)),
    }),
    'tag',
  ],
  [
    'a flipped bit in the data key',
    ({ wrapped }) => ({
      wrapped: changed(wrapped, (bytes) => (bytes.writeUInt8(bytes.readUInt8(60) ^ 1, 60), bytes)),
    }),
    'data-key',
  ],
  ['no data key at all', () => ({ wrapped: new Binary(Buffer.alloc(0)) }), 'data-key'],
];

describe('a stored credential that was tampered with', () => {
  it.each(CASES)('with %s is refused and audited', async (_what, tamper, cause) => {
    const [accountId, otherId] = [await lab.connect(lab.replica()), await lab.connect(lab.replica())];
    const warm = lab.replica();
    await leaseToken(warm, accountId);
    await write(accountId, tamper(await credentialOf(accountId), await credentialOf(otherId)));
    for (const vault of [warm, lab.replica()]) {
      const refused = leaseToken(vault, accountId);
      await expect(refused).rejects.toMatchObject({ code: 'E_VAULT_SEAL_BROKEN' });
    }
    const entries = { accountId, action: 'token.decrypt' as const, outcome: 'refused' as const };
    const audited = await Array.fromAsync(findAuditEntries(lab.database.collections, entries));
    expect(audited).toHaveLength(2);
    expect(audited.every((entry) => entry.cause?.endsWith(cause))).toBe(true);
  });

  it('with the key of another release named beside it is refused before anything is decrypted', async () => {
    const accountId = await lab.connect(lab.replica());
    await write(accountId, { keyId: await lab.createKey() });
    lab.kms.calls.clear();
    await expect(leaseToken(lab.replica(), accountId)).rejects.toMatchObject({ code: 'E_TIKTOK_KEY_MISMATCH' });
    expect(lab.kms.callsOf('Decrypt')).toBe(0);
  });

  it.each<[string, (accountId: string, otherId: string) => Promise<unknown>]>([
    [
      'is another account’s',
      async (id, other) => {
        const { wrapped } = await credentialOf(other);
        return lab.database.collections.dataKeys.updateOne({ _id: id }, { $set: { wrapped } });
      },
    ],
    ['is gone', (id) => lab.database.collections.dataKeys.deleteOne({ _id: id })],
  ])('whose data key %s, and the credential names its own, is refused and audited', async (_what, tamper) => {
    const [accountId, otherId] = [await lab.connect(lab.replica()), await lab.connect(lab.replica())];
    await tamper(accountId, otherId);
    const refused = leaseToken(lab.replica(), accountId);
    await expect(refused).rejects.toMatchObject({ code: 'E_VAULT_SEAL_BROKEN' });
    const entries = { accountId, action: 'token.decrypt' as const, outcome: 'refused' as const };
    const [audited] = await Array.fromAsync(findAuditEntries(lab.database.collections, entries));
    expect(audited?.cause).toBe('E_VAULT_SEAL_BROKEN/data-key');
  });

  it('harms nobody else', async () => {
    const [accountId, otherId] = [await lab.connect(lab.replica()), await lab.connect(lab.replica())];
    const vault = lab.replica();
    await write(accountId, { accessToken: (await credentialOf(otherId)).accessToken });
    await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code: 'E_VAULT_SEAL_BROKEN' });
    expect((await leaseToken(vault, otherId)).generation).toBe(1);
  });
});

describe('one bit, changed anywhere in a stored access token', () => {
  it('is refused every time, and every time it is audited', async () => {
    const accountId = await lab.connect(lab.replica());
    const vault = lab.replica();
    const whole = await credentialOf(accountId);
    const { length } = changed(whole.accessToken, (bytes) => bytes).buffer;
    for (let place = 0; place < length; place += 1) {
      const flip = (bytes: Buffer): Buffer => (
        bytes.writeUInt8(bytes.readUInt8(place) ^ (1 << (place % 8)), place),
        bytes
      );
      await write(accountId, { accessToken: changed(whole.accessToken, flip) });
      await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code: 'E_VAULT_SEAL_BROKEN' });
    }
    const entries = { accountId, action: 'token.decrypt' as const, outcome: 'refused' as const };
    const audited = await Array.fromAsync(findAuditEntries(lab.database.collections, entries));
    expect(audited).toHaveLength(length);
    expect(audited.filter(({ cause }) => !/^E_VAULT_SEAL_BROKEN\/(version|commitment|tag)$/.test(cause ?? ''))).toEqual(
      [],
    );
    await write(accountId, { accessToken: whole.accessToken });
    expect((await leaseToken(vault, accountId)).generation).toBe(1);
  }, 60_000);
});

const REFRESH_CASES: readonly [what: string, change: (own: Stored, other: Stored) => Partial<Stored>, cause: string][] =
  [
    [
      'a flipped bit',
      ({ refreshToken }) => ({
        refreshToken: changed(refreshToken, (bytes) => (bytes.writeUInt8(bytes.readUInt8(50) ^ 1, 50), bytes)),
      }),
      'tag',
    ],
    ['the access token in its place', ({ accessToken }) => ({ refreshToken: accessToken }), 'tag'],
    ['the refresh token of another account', (_own, other) => ({ refreshToken: other.refreshToken }), 'commitment'],
    [
      'its end cut off',
      ({ refreshToken }) => ({ refreshToken: changed(refreshToken, (bytes) => bytes.subarray(0, 40)) }),
      'length',
    ],
  ];

describe('a stored refresh token that was tampered with', () => {
  const tampered = async (tamper: (typeof REFRESH_CASES)[number][1]): Promise<string> => {
    const [accountId, otherId] = [await lab.connect(lab.replica()), await lab.connect(lab.replica())];
    await write(accountId, tamper(await credentialOf(accountId), await credentialOf(otherId)));
    return accountId;
  };
  const causes = async (accountId: string, action: 'token.decrypt' | 'token.revoke', outcome: 'refused' | 'failed') =>
    (await Array.fromAsync(findAuditEntries(lab.database.collections, { accountId, action, outcome }))).map(
      (entry) => entry.cause,
    );

  it.each(REFRESH_CASES)(
    'with %s is refused where a lease needs it, audited, and never sent',
    async (_what, tamper, cause) => {
      const accountId = await tampered(tamper);
      const [calls, before] = [await callsToTikTok(), await credentialOf(accountId)];
      const refused = leaseToken(lab.replica({ clock: late }), accountId);
      await expect(refused).rejects.toMatchObject({ code: 'E_VAULT_SEAL_BROKEN' });
      expect(await callsToTikTok()).toBe(calls);
      expect(await causes(accountId, 'token.decrypt', 'refused')).toEqual([`E_VAULT_SEAL_BROKEN/${cause}`]);
      expect(await credentialOf(accountId)).toEqual(before);
    },
  );

  it.each(REFRESH_CASES)(
    'with %s is refused where a disconnect needs it: access ends, and it is never sent',
    async (_what, tamper, cause) => {
      const accountId = await tampered(tamper);
      const calls = await callsToTikTok();
      const result = await lab.replica({ clock: late }).disconnectAccount(revokeRequest(accountId), 'auth-gateway');
      expect(result).toMatchObject({ state: 'revoked', atTikTok: 'pending' });
      expect(await callsToTikTok()).toBe(calls);
      expect(await causes(accountId, 'token.revoke', 'failed')).toEqual([`E_VAULT_SEAL_BROKEN/${cause}`]);
      await lab.database.collections.pendingRevocations.deleteOne({ _id: accountId });
    },
  );
});

describe('a decryption that cannot be recorded', () => {
  const failingStore: NonNullable<ReplicaOptions['instrument']> = (port, implementation) =>
    port === 'auditStore'
      ? { ...implementation, append: () => Promise.reject(new Error('the store is read-only')) }
      : implementation;
  let sealed = 0;
  /** A vault whose audit refuses every entry of an opening, at a time when every token has expired if it is late. */
  const unrecorded = (lateMs = 0) =>
    lab.replica({
      clock: () => new Date(Date.now() + lateMs),
      sealTo: () => {
        sealed += 1;
        throw new Error('a token was about to leave');
      },
      instrument: failingStore,
    });
  const unavailable = { code: 'E_VAULT_AUDIT_UNAVAILABLE' };

  it.each<[string, number, object]>([
    ['a lease', 0, {}],
    ['a lease that needs a refresh', LATE_MS, {}],
    ['a lease after TikTok refused the token', 120_000, { rejectedGeneration: 1 }],
  ])('does not happen for %s: no token leaves, and TikTok is not called', async (_what, lateMs, more) => {
    const accountId = await lab.connect(lab.replica());
    const before = await credentialOf(accountId);
    const calls = await callsToTikTok();
    await expect(leaseToken(unrecorded(lateMs), accountId, more)).rejects.toMatchObject(unavailable);
    expect(sealed).toBe(0);
    expect(await callsToTikTok()).toBe(calls);
    expect(await credentialOf(accountId)).toEqual(before);
  });

  it.each<[string, number]>([
    ['with a live access token', 0],
    ['that needs a refresh first', LATE_MS],
  ])('does not happen for a disconnect %s: access ends here, TikTok is told later', async (_what, lateMs) => {
    const accountId = await lab.connect(lab.replica());
    const calls = await callsToTikTok();
    const result = await unrecorded(lateMs).disconnectAccount(revokeRequest(accountId), 'auth-gateway');
    expect(result).toMatchObject({ state: 'revoked', atTikTok: 'pending' });
    expect(await callsToTikTok()).toBe(calls);
    expect(await lab.database.collections.pendingRevocations.countDocuments({ _id: accountId })).toBe(1);
    await lab.database.collections.pendingRevocations.deleteOne({ _id: accountId });
  });

  it('does not happen for a re-wrap: the credential stays as it is', async () => {
    const accountId = await lab.connect(lab.replica());
    const before = await credentialOf(accountId);
    const keyRing = { currentKeyId: await lab.createKey(), previousKeyIds: [lab.kmsKeyId] };
    const vault = lab.replica({ keyRing, instrument: failingStore });
    const { signal } = new AbortController();
    const work = vault.rewrap({ kmsCallsPerSecond: 10_000, atOnce: 2, caller: 'operator', signal });
    await expect(work).rejects.toMatchObject(unavailable);
    expect(await credentialOf(accountId)).toEqual(before);
  });
});

describe('an opening on record', () => {
  const openingsOf = async (accountId: string): Promise<string[]> => {
    const found = findAuditEntries(lab.database.collections, { accountId, action: 'token.decrypt' });
    const entries = await Array.fromAsync(found);
    return entries.map(({ operation, outcome, cause = '' }) => `${operation} ${outcome} ${cause}`.trim());
  };

  it('is followed by its failure, under its own name, when the token did not open', async () => {
    const accountId = await lab.connect(lab.replica());
    const { refreshToken } = await credentialOf(accountId);
    const broken = changed(refreshToken, (bytes) => bytes.fill(bytes.at(-1)! ^ 1, bytes.length - 1));
    await write(accountId, { refreshToken: broken });
    const due = lab.replica({ clock: () => new Date(Date.now() + 7_150_000) });
    await expect(leaseToken(due, accountId)).rejects.toMatchObject({ code: 'E_VAULT_SEAL_BROKEN' });
    expect((await openingsOf(accountId)).sort()).toEqual([
      'token.refresh done',
      'token.refresh failed E_VAULT_SEAL_BROKEN/tag',
      'video.list refused E_VAULT_SEAL_BROKEN/tag',
    ]);
  });

  it('is none that KMS kept from happening: a re-wrap that was throttled is there once', async () => {
    const accountId = await lab.connect(lab.replica());
    const keyRing = { currentKeyId: await lab.createKey(), previousKeyIds: [lab.kmsKeyId] };
    const asked: string[] = [];
    const throttled: NonNullable<ReplicaOptions['instrument']> = (port, implementation) => {
      if (port !== 'keyService') return implementation;
      const keyService = implementation as unknown as typeof lab.keyService;
      return {
        ...implementation,
        generateDataKey: (...given: Parameters<typeof keyService.generateDataKey>) => {
          asked.push(given[1]);
          const rests = given[1] === accountId && asked.filter((id) => id === accountId).length <= 3;
          return rests
            ? Promise.reject(new PlatformError('E_VAULT_KMS_UNAVAILABLE', 'throttled'))
            : keyService.generateDataKey(...given);
        },
      };
    };
    const vault = lab.replica({ keyRing, instrument: throttled, pause: () => Promise.resolve() });
    const { signal } = new AbortController();
    await vault.rewrap({ kmsCallsPerSecond: 10_000, atOnce: 1, caller: 'operator', signal });
    expect(asked.filter((id) => id === accountId)).toHaveLength(4);
    expect(await openingsOf(accountId)).toEqual(['token.rewrap done']);
  }, 60_000);
});
