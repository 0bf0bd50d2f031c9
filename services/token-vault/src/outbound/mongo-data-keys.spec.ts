import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOfDataKey, type SealedCredential } from '@trendpot/persistence';
import { leaseToken, startVaultLab, type VaultLab } from '../../test/vault-lab.ts';
import { openKeyRing } from '../domain/keys/open-key-ring.ts';
import type { Credential } from '../domain/sealing/credential.ts';
import { mongoAccounts } from './mongo-accounts.ts';
import { asBytes } from './mongo-credential.ts';
import { mongoDataKeys, type MongoDataKeys } from './mongo-data-keys.ts';

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

const stored = async (accountId: string): Promise<SealedCredential> => {
  const credential = (await lab.database.collections.accounts.findOne({ _id: accountId }))?.credential;
  if (credential === undefined) throw new Error('the account has no credential');
  return credential;
};

/** Moves every credential to a key of KMS that none is under yet. */
const moveAll = async (): Promise<void> => {
  const keys = await lab.database.collections.accounts.distinct('credential.keyId');
  const keyRing = await openKeyRing(lab.keyService, await lab.createKey(), keys);
  const { signal } = new AbortController();
  await lab.replica({ keyRing }).rewrap({ kmsCallsPerSecond: 10_000, atOnce: 2, caller: 'operator', signal });
};

const expectItsKey = async (accountId: string, credential: Credential | undefined): Promise<void> => {
  const { keyId, dataKeyDigest } = await stored(accountId);
  expect(credential?.keyId).toBe(keyId);
  expect(dataKeyDigest && Buffer.from(asBytes(dataKeyDigest))).toEqual(
    digestOfDataKey(credential?.wrappedDataKey ?? Buffer.alloc(0)),
  );
};

describe('a data key that is replaced after its credential was read, and before it is', () => {
  it('is found with the newer credential when an account is looked up', async () => {
    const accountId = await lab.connect(lab.replica());
    const before = await stored(accountId);
    const keys = mongoDataKeys(lab.database.collections, 60_000);
    let looks = 0;
    const movedInBetween: MongoDataKeys = {
      ...keys,
      wrappedFor: async (id, credential) => {
        looks += 1;
        if (looks === 1) await moveAll();
        return keys.wrappedFor(id, credential);
      },
    };
    const accounts = mongoAccounts(lab.database, async () => undefined, movedInBetween);
    const account = await accounts.find(accountId);
    await expectItsKey(accountId, account?.credential);
    expect(account?.credential?.keyId).not.toBe(before.keyId);
    expect(looks).toBe(2);
  });

  it('is found with it anywhere else too', async () => {
    const accountId = await lab.connect(lab.replica());
    const before = await stored(accountId);
    await moveAll();
    const keys = mongoDataKeys(lab.database.collections, 60_000);
    expect(await keys.wrappedFor(accountId, before)).toBeUndefined();
    await expectItsKey(accountId, await keys.attach(accountId, before, () => stored(accountId)));
  });
});

describe('a credential whose data key is gone', () => {
  it('comes with a key that opens nothing', async () => {
    const accountId = await lab.connect(lab.replica());
    await lab.database.collections.dataKeys.deleteOne({ _id: accountId });
    const keys = mongoDataKeys(lab.database.collections, 60_000);
    const credential = await stored(accountId);
    expect((await keys.attach(accountId, credential, async () => credential)).wrappedDataKey).toHaveLength(0);
    const accounts = mongoAccounts(lab.database, async () => undefined, keys);
    expect((await accounts.find(accountId))?.credential?.wrappedDataKey).toHaveLength(0);
  });
});

describe('a credential of before the keys had a collection of their own', () => {
  it('brings its key along, and the next refresh moves it', async () => {
    const accountId = await lab.connect(lab.replica());
    const { accounts, dataKeys } = lab.database.collections;
    const key = await dataKeys.findOneAndDelete({ _id: accountId });
    const inline = { 'credential.wrappedDataKey': key?.wrapped };
    await accounts.updateOne({ _id: accountId }, { $set: inline, $unset: { 'credential.dataKeyDigest': '' } });
    const due = lab.replica({ clock: () => new Date(Date.now() + 7_150_000) });
    expect((await leaseToken(due, accountId)).generation).toBe(2);
    expect((await stored(accountId)).wrappedDataKey).toBeUndefined();
    expect((await dataKeys.findOne({ _id: accountId }))?.wrapped).toEqual(key?.wrapped);
  });
});
