import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectMongo, migrate, type Database } from '@trendpot/persistence';
import { eventually } from '@trendpot/testing';
import { BSON, type Document } from 'mongodb';
import { leaseToken, revokeRequest, startVaultLab, type VaultLab } from '../../services/token-vault/test/vault-lab.ts';

const KEYS = 'token_data_keys';
const broken = { code: 'E_VAULT_SEAL_BROKEN' };

let lab: VaultLab;
const restored: Database[] = [];
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => {
  await Promise.all(restored.map((database) => database.close()));
  await lab[Symbol.asyncDispose]();
});

const handleOf = ({ client, collections }: Database) => client.db(collections.accounts.dbName);

/** Every document of every collection, as a dump of the database has them. */
const backUp = async (): Promise<ReadonlyMap<string, Document[]>> => {
  const db = handleOf(lab.database);
  const names = (await db.listCollections().toArray()).map(({ name }) => name);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await db.collection(name).find().toArray()] as const)),
  );
};
type Backup = Awaited<ReturnType<typeof backUp>>;

const without = (backup: Backup, left: string): Backup => new Map([...backup].filter(([name]) => name !== left));
const bytesOf = (backup: Backup): Buffer => Buffer.from(BSON.serialize(Object.fromEntries(backup)));

const restore = async (backup: Backup): Promise<Database> => {
  const uri = new URL(lab.mongoUri);
  uri.pathname = `${uri.pathname}_${restored.length}`;
  const database = await connectMongo({ uri: uri.href, applicationName: 'restored' });
  restored.push(database);
  await migrate(database);
  for (const [name, documents] of backup) {
    const collection = handleOf(database).collection(name);
    await collection.deleteMany({});
    if (documents.length > 0) await collection.insertMany(documents);
  }
  return database;
};

/** Two creators, a backup of that day, and one of them leaves. */
const backUpAndLeave = async () => {
  const vault = lab.replica();
  const [staying, leaving] = [await lab.consent(), await lab.consent()];
  const [stays, leaves] = [await lab.connect(vault, staying), await lab.connect(vault, leaving)];
  const tokens = { stays: (await leaseToken(vault, stays)).token, leaves: (await leaseToken(vault, leaves)).token };
  const backup = await backUp();
  await vault.disconnectAccount(revokeRequest(leaves), 'auth-gateway');
  return { stays, leaves, leaving, tokens, backup };
};

describe('a backup from before a disconnect, without the data keys', () => {
  it('holds no data key of anybody, in any collection', async () => {
    const { backup } = await backUpAndLeave();
    const keys = (backup.get(KEYS) ?? []).map(({ wrapped }) => Buffer.from((wrapped as BSON.Binary).buffer));
    expect(keys.length).toBeGreaterThanOrEqual(2);
    const held = (where: Backup): number => keys.filter((key) => bytesOf(where).includes(key)).length;
    expect(held(without(backup, KEYS))).toBe(0);
    expect(held(backup)).toBe(keys.length);
  });

  it('cannot be opened by anybody, the vault with all its rights at KMS included', async () => {
    const { stays, leaves, backup } = await backUpAndLeave();
    const vault = lab.replica({ database: await restore(without(backup, KEYS)) });
    for (const accountId of [stays, leaves]) await expect(leaseToken(vault, accountId)).rejects.toMatchObject(broken);
  });

  it('stays shut for the replica that disconnected, and for one that had the key for as long as it remembers it', async () => {
    const { collections } = lab.database;
    const dataKeys = { maxEntries: 1_000, freshMs: 300, outageMs: 0, unavailableMs: 50, refusedMs: 50 };
    const [disconnecting, other] = [lab.replica({ dataKeys }), lab.replica({ dataKeys })];
    const accountId = await lab.connect(disconnecting);
    for (const vault of [disconnecting, other]) await leaseToken(vault, accountId);
    const [before] = await collections.accounts.find({ _id: accountId }).toArray();
    if (before === undefined) throw new Error('the account is not there');
    await disconnecting.disconnectAccount(revokeRequest(accountId), 'auth-gateway');
    await collections.accounts.replaceOne({ _id: accountId }, before);
    await expect(leaseToken(disconnecting, accountId)).rejects.toMatchObject(broken);
    const isShut = () =>
      leaseToken(other, accountId).then(
        () => false,
        (error: unknown) => (error as { code?: unknown }).code === broken.code,
      );
    await eventually(isShut, { what: 'the other replica has forgotten the key' });
  });

  it('together with the keys there are afterwards opens for who stayed, and for who left it stays shut', async () => {
    const { stays, leaves, tokens, backup } = await backUpAndLeave();
    const keysOfToday = (await backUp()).get(KEYS) ?? [];
    const vault = lab.replica({ database: await restore(new Map([...backup, [KEYS, keysOfToday]])) });
    expect((await leaseToken(vault, stays)).token).toBe(tokens.stays);
    await expect(leaseToken(vault, leaves)).rejects.toMatchObject(broken);
  });

  it('together with the keys of its own day opens for both: hence those are kept for a short time only', async () => {
    const { leaves, tokens, backup } = await backUpAndLeave();
    expect((await leaseToken(lab.replica({ database: await restore(backup) }), leaves)).token).toBe(tokens.leaves);
  });

  it('lets a creator whose key is gone connect again, in the same account', async () => {
    const { leaves, leaving, backup } = await backUpAndLeave();
    const vault = lab.replica({ database: await restore(without(backup, KEYS)) });
    expect(await lab.connect(vault, await lab.consent(leaving.creator))).toBe(leaves);
    expect((await leaseToken(vault, leaves)).generation).toBe(2);
  });
});
