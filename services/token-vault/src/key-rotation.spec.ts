import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { findAuditEntries } from '@trendpot/persistence';
import { gate } from '@trendpot/testing';
import { leaseToken, revokeRequest, startVaultLab, type VaultLab } from '../test/vault-lab.ts';
import type { KeyRing } from './domain/keys/key-ring.ts';
import { openKeyRing } from './domain/keys/open-key-ring.ts';

jest.setTimeout(60_000);

let lab: VaultLab;
let old: KeyRing;
let next: KeyRing;
beforeAll(async () => {
  lab = await startVaultLab();
  old = lab.keyRing;
  next = await openKeyRing(lab.keyService, await lab.createKey(), [old.currentKeyId]);
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

const keyOf = async (accountId: string): Promise<string | undefined> =>
  (await lab.database.collections.accounts.findOne({ _id: accountId }))?.credential?.keyId;
const ALIAS = 'alias/trendpot/tiktok-display-oauth';

const rewrap = (vault: ReturnType<VaultLab['replica']>, signal = new AbortController().signal) =>
  vault.rewrap({ kmsCallsPerSecond: 10_000, atOnce: 4, caller: 'operator', signal });

describe('a key in the settings', () => {
  it.each<[string, (arn: string) => string]>([
    ['its ARN', (arn) => arn],
    ['its id', (arn) => arn.split('/').at(-1) ?? ''],
    ['its alias', () => ALIAS],
    ['the ARN of its alias', (arn) => arn.replace(/key\/.*/, ALIAS)],
  ])('may be named by %s; credentials know it by its own ARN', async (_what, nameOf) => {
    const name = nameOf(old.currentKeyId);
    expect((await openKeyRing(lab.keyService, next.currentKeyId, [name])).previousKeyIds).toEqual([old.currentKeyId]);
    expect((await openKeyRing(lab.keyService, name, [])).currentKeyId).toBe(old.currentKeyId);
  });
});

describe('a credential under a previous key', () => {
  it('is leased as it is, and moves to the current key at its next refresh', async () => {
    const accountId = await lab.connect(lab.replica());
    const { token } = await leaseToken(lab.replica({ keyRing: next }), accountId);
    expect((await leaseToken(lab.replica(), accountId)).token).toBe(token);
    expect(await keyOf(accountId)).toBe(old.currentKeyId);
    const due = lab.replica({ keyRing: next, clock: () => new Date(Date.now() + 7_150_000) });
    await leaseToken(due, accountId);
    expect(await keyOf(accountId)).toBe(next.currentKeyId);
    const user = await lab.database.collections.users.findOne({ 'tiktok.accountId': accountId });
    expect(user?.tiktok?.credential.keyId).toBe(next.currentKeyId);
  });

  it('that is not listed any more stays shut: refused, counted, audited, and KMS is not even asked', async () => {
    const accountId = await lab.connect(lab.replica());
    const forgetful = lab.replica({ keyRing: { currentKeyId: next.currentKeyId, previousKeyIds: [] } });
    lab.kms.calls.clear();
    await expect(leaseToken(forgetful, accountId)).rejects.toMatchObject({ code: 'E_TIKTOK_KEY_MISMATCH' });
    expect(lab.kms.callsOf('Decrypt')).toBe(0);
    expect(forgetful.readings.get('keyMismatch')).toBe(1);
    const refusals = { accountId, outcome: 'refused' as const };
    expect(await Array.fromAsync(findAuditEntries(lab.database.collections, refusals))).toMatchObject([
      { cause: 'E_TIKTOK_KEY_MISMATCH' },
    ]);
  });

  it('that another vault moves to a key this one does not list, while this one waits for it, stays shut here', async () => {
    const accountId = await lab.connect(lab.replica());
    const due = { clock: () => new Date(Date.now() + 7_150_000), callMs: 10_000 };
    await lab.tiktok.post('/hold-next', { route: '/v2/oauth/token/', id: 'moving' });
    const moving = leaseToken(lab.replica({ ...due, keyRing: next }), accountId);
    await lab.tiktok.get('/held/moving');
    const behind = lab.replica(due);
    const waiting = expect(leaseToken(behind, accountId)).rejects.toMatchObject({ code: 'E_TIKTOK_KEY_MISMATCH' });
    await lab.tiktok.post('/release/moving');
    await moving;
    await waiting;
    expect(behind.readings.get('keyMismatch')).toBe(1);
  });

  it('that is not listed any more can still be disconnected', async () => {
    const accountId = await lab.connect(lab.replica());
    const forgetful = lab.replica({ keyRing: { currentKeyId: next.currentKeyId, previousKeyIds: [] } });
    const result = await forgetful.disconnectAccount(revokeRequest(accountId), 'auth-gateway');
    expect(result).toMatchObject({ state: 'revoked', atTikTok: 'pending' });
    expect(forgetful.readings.get('keyMismatch')).toBe(1);
    await lab.replica().tellTikTok.now(accountId);
    expect(await lab.database.collections.pendingRevocations.countDocuments({ _id: accountId })).toBe(0);
  });
});

describe('the re-wrap', () => {
  it('moves every credential, those waiting to be revoked too, and the tokens stay the same', async () => {
    const accounts = [await lab.connect(lab.replica()), await lab.connect(lab.replica())];
    const tokens = await Promise.all(accounts.map(async (id) => (await leaseToken(lab.replica(), id)).token));
    const leaving = await lab.connect(lab.replica());
    await lab.tiktok.post('/fail-next', { route: '/v2/oauth/revoke/', what: 'error', status: 503 });
    await lab.replica().disconnectAccount(revokeRequest(leaving), 'auth-gateway');

    const vault = lab.replica({ keyRing: next });
    const progress = await rewrap(vault);
    expect(progress).toMatchObject({ failed: 0 });
    const uses = await vault.census();
    expect(uses.find(({ keyId }) => keyId === old.currentKeyId)?.credentials ?? 0).toBe(0);
    const after = await Promise.all(accounts.map(async (id) => (await leaseToken(vault, id)).token));
    expect(after).toEqual(tokens);
    const { accounts: stored, users } = lab.database.collections;
    for (const accountId of accounts) {
      const mirror = (await users.findOne({ 'tiktok.accountId': accountId }))?.tiktok?.credential;
      expect(mirror?.keyId).toBe(next.currentKeyId);
      expect(mirror).toEqual((await stored.findOne({ _id: accountId }))?.credential);
    }
    await vault.tellTikTok.now(leaving);
    expect(await lab.database.collections.pendingRevocations.countDocuments()).toBe(0);
    expect(await rewrap(vault)).toEqual({ done: 0, skipped: 0, failed: 0 });
  });

  it('and refreshes at the same time lose nothing', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 12; index += 1) ids.push(await lab.connect(lab.replica()));
    // Long enough turns: KMS has more to do here than its emulator does quickly.
    const patient = { callMs: 20_000, times: { leaseMs: 50_000 } };
    const due = lab.replica({ keyRing: next, clock: () => new Date(Date.now() + 7_150_000), ...patient });
    const [, ...leases] = await Promise.all([
      rewrap(lab.replica({ keyRing: next })),
      ...ids.map((id) => leaseToken(due, id)),
    ]);
    expect(leases.every(({ generation }) => generation === 2)).toBe(true);
    const fresh = lab.replica({ keyRing: next });
    for (const [index, id] of ids.entries()) {
      expect(await keyOf(id)).toBe(next.currentKeyId);
      expect((await leaseToken(fresh, id)).token).toBe(leases[index]?.token);
    }
  });

  it('stops when it is told to, and goes on where it was', async () => {
    for (let index = 0; index < 8; index += 1) await lab.connect(lab.replica());
    const vault = lab.replica({ keyRing: next });
    const stop = new AbortController();
    const stopped = vault.rewrap({
      kmsCallsPerSecond: 10_000,
      atOnce: 1,
      caller: 'operator',
      signal: stop.signal,
      onProgress: ({ done }) => {
        if (done === 3) stop.abort();
      },
    });
    await expect(stopped).rejects.toThrow();
    const left = (await vault.census()).find(({ keyId }) => keyId === old.currentKeyId)?.credentials ?? 0;
    expect(left).toBeGreaterThan(0);
    expect((await rewrap(vault)).done).toBe(left);
  });

  it('asks KMS no more often than it was told, however many credentials are under way at once', async () => {
    await rewrap(lab.replica({ keyRing: next }));
    for (let index = 0; index < 6; index += 1) await lab.connect(lab.replica());
    const [atOnce, perSecond] = [4, 2];
    const allWait = gate();
    const goOn = gate();
    const pauses: number[] = [];
    const pause = async (milliseconds: number): Promise<void> => {
      pauses.push(milliseconds);
      if (pauses.length === atOnce) allWait.open();
      await goOn.passed;
    };
    const kmsCalls = (): number => lab.kms.callsOf('Decrypt') + lab.kms.callsOf('GenerateDataKey');
    lab.kms.calls.clear();
    const startedAt = performance.now();
    const { signal } = new AbortController();
    const vault = lab.replica({ keyRing: next, pause });
    const work = vault.rewrap({ kmsCallsPerSecond: perSecond, atOnce, caller: 'operator', signal });
    await Promise.race([allWait.passed, work]);
    expect(kmsCalls()).toBe(1);
    goOn.open();
    expect(await work).toEqual({ done: 6, skipped: 0, failed: 0 });
    expect(kmsCalls()).toBe(12);
    // The last of twelve calls must have been told to wait until eleven gaps had passed.
    const longest = (1000 / perSecond) * 11 - (performance.now() - startedAt);
    expect(pauses).toHaveLength(11);
    expect(Math.max(...pauses)).toBeGreaterThanOrEqual(longest);
  });

  it('passes over a credential that does not open, and says so', async () => {
    const accountId = await lab.connect(lab.replica());
    const { accounts } = lab.database.collections;
    const stored = (await accounts.findOne({ _id: accountId }))!.credential!;
    await accounts.updateOne({ _id: accountId }, { $set: { 'credential.accessToken': stored.refreshToken } });
    expect(await rewrap(lab.replica({ keyRing: next }))).toMatchObject({ failed: 1 });
    await accounts.deleteOne({ _id: accountId });
  });

  it('passes over the credentials of an old key that KMS refuses, and moves all others', async () => {
    const shut = await openKeyRing(lab.keyService, await lab.createKey(), []);
    const lost = [await lab.connect(lab.replica({ keyRing: shut })), await lab.connect(lab.replica({ keyRing: shut }))];
    const moved = await lab.connect(lab.replica());
    const previousKeyIds = [shut.currentKeyId, old.currentKeyId];
    const vault = lab.replica({ keyRing: { currentKeyId: next.currentKeyId, previousKeyIds } });
    lab.kms.keyFaults.set(shut.currentKeyId, 'disabled');
    lab.kms.calls.clear();
    expect(await rewrap(vault)).toMatchObject({ failed: 2 });
    expect(await keyOf(moved)).toBe(next.currentKeyId);
    expect(await Promise.all(lost.map(keyOf))).toEqual([shut.currentKeyId, shut.currentKeyId]);
    expect(vault.readings.get('rewrapped failed')).toBe(2);
    await vault.requireKms();

    lab.kms.keyFaults.clear();
    const again = lab.replica({ keyRing: { currentKeyId: next.currentKeyId, previousKeyIds } });
    expect(await rewrap(again)).toMatchObject({ done: 2, failed: 0 });
  });

  it('ends when KMS refuses the current key: nothing could be sealed anew', async () => {
    const accountId = await lab.connect(lab.replica());
    lab.kms.keyFaults.set(next.currentKeyId, 'denied');
    const vault = lab.replica({ keyRing: next });
    await expect(rewrap(vault)).rejects.toMatchObject({ code: 'E_VAULT_KMS_DENIED' });
    expect(await keyOf(accountId)).toBe(old.currentKeyId);
    lab.kms.keyFaults.clear();
  });

  it('counts a key that is not accepted, and leaves its credentials shut', async () => {
    const accountIds = [await lab.connect(lab.replica()), await lab.connect(lab.replica())];
    const forgetful = lab.replica({ keyRing: { currentKeyId: next.currentKeyId, previousKeyIds: [] } });
    const { done, failed } = await rewrap(forgetful);
    expect(done).toBe(0);
    expect(failed).toBeGreaterThanOrEqual(accountIds.length);
    expect(forgetful.readings.get('keyMismatch')).toBeGreaterThan(0);
    expect(await Promise.all(accountIds.map(keyOf))).toEqual([old.currentKeyId, old.currentKeyId]);
  });
});
