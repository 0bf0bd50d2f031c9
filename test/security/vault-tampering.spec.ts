import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AccountDocument, SealedCredential } from '@trendpot/persistence';
import { Binary } from 'mongodb';
import { leaseToken, startVaultLab, type VaultLab } from '../../services/token-vault/test/vault-lab.ts';

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

const credentialOf = async (accountId: string): Promise<SealedCredential> => {
  const account = await lab.database.collections.accounts.findOne({ _id: accountId });
  if (account?.credential === undefined) throw new Error('the account has no credential');
  return account.credential;
};

const write = (accountId: string, change: Partial<SealedCredential>): Promise<unknown> => {
  const fields = Object.entries(change).map(([name, value]) => [`credential.${name}`, value]);
  const $set = Object.fromEntries(fields) as Partial<AccountDocument>;
  return lab.database.collections.accounts.updateOne({ _id: accountId }, { $set });
};

const changed = (blob: Binary, work: (bytes: Buffer) => Buffer): Binary =>
  new Binary(work(Buffer.from(blob.buffer.subarray(0, blob.position))));

const CASES: readonly [
  what: string,
  change: (own: SealedCredential, other: SealedCredential) => Partial<SealedCredential>,
  cause: string,
][] = [
  ['the access token of another account', (_own, other) => ({ accessToken: other.accessToken }), 'commitment'],
  [
    'token and data key of another account',
    (_own, { accessToken, wrappedDataKey }) => ({ accessToken, wrappedDataKey }),
    'data-key',
  ],
  ['the whole credential of another account', (_own, other) => other, 'data-key'],
  ['the data key of another account', (_own, { wrappedDataKey }) => ({ wrappedDataKey }), 'data-key'],
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
    ({ wrappedDataKey }) => ({
      wrappedDataKey: changed(wrappedDataKey, (bytes) => (bytes.writeUInt8(bytes.readUInt8(60) ^ 1, 60), bytes)),
    }),
    'data-key',
  ],
  ['no data key at all', () => ({ wrappedDataKey: new Binary(Buffer.alloc(0)) }), 'data-key'],
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
    const audited = await lab.database.collections.auditLogs.find(entries).toArray();
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

  it('harms nobody else', async () => {
    const [accountId, otherId] = [await lab.connect(lab.replica()), await lab.connect(lab.replica())];
    const vault = lab.replica();
    await write(accountId, { accessToken: (await credentialOf(otherId)).accessToken });
    await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code: 'E_VAULT_SEAL_BROKEN' });
    expect((await leaseToken(vault, otherId)).generation).toBe(1);
  });
});

describe('a decryption that cannot be recorded', () => {
  it('does not happen', async () => {
    const accountId = await lab.connect(lab.replica());
    let sealed = 0;
    const watched = lab.replica({
      sealTo: () => {
        sealed += 1;
        throw new Error('a token was about to leave');
      },
      instrument: (port, implementation) =>
        port === 'auditStore'
          ? { ...implementation, append: () => Promise.reject(new Error('the store is read-only')) }
          : implementation,
    });
    await expect(leaseToken(watched, accountId)).rejects.toMatchObject({ code: 'E_VAULT_AUDIT_UNAVAILABLE' });
    expect(sealed).toBe(0);
  });
});
