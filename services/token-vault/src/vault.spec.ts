import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUserId, SUBJECT } from '@trendpot/contracts';
import { findAuditEntries } from '@trendpot/persistence';
import { exchangeRequest, leaseToken, revokeRequest, startVaultLab, type VaultLab } from '../test/vault-lab.ts';
import { OVERHEAD_BYTES } from './domain/sealing/sealed-token.ts';

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

const isTokenAlive = async (token: string): Promise<boolean> => {
  const answer = await fetch(`${lab.tiktok.url}/v2/user/info/?fields=open_id`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await answer.json()) as { error: { code: string } }).error.code === 'ok';
};

describe('a creator who connects', () => {
  it('gets an account, a mirror, a consent record, an audit entry, an event and a first job, all at once', async () => {
    const vault = lab.replica();
    const userId = newUserId();
    const { code } = await lab.consent();
    const result = await vault.exchangeCode(exchangeRequest(code, userId), 'auth-gateway');
    expect(result).toMatchObject({ state: 'connected', missingScopes: [] });

    const { collections } = lab.database;
    const account = await collections.accounts.findOne({ _id: result.accountId });
    const user = await collections.users.findOne({ _id: userId });
    expect(account).toMatchObject({ state: 'connected', userId, eventSequence: 1, sync: { pages: 0 } });
    expect(user?.tiktok?.credential).toEqual(account?.credential);
    expect(await collections.consents.countDocuments({ accountId: result.accountId })).toBe(1);
    const { accountId } = result;
    expect(await Array.fromAsync(findAuditEntries(collections, { accountId }))).toMatchObject([
      { action: 'token.exchange', caller: 'auth-gateway', outcome: 'done' },
    ]);
    const outbox = await collections.outbox.find({ accountId: result.accountId }).sort({ sequence: 1 }).toArray();
    expect(outbox.map(({ subject }) => subject)).toEqual([
      SUBJECT.accountsUpdate,
      `tiktok.jobs.sync.first.${result.accountId}`,
    ]);
    expect(JSON.parse(outbox[1]?.body ?? '')).toMatchObject({ walkId: account?.sync.walkId, mode: 'full', page: 0 });
  });

  it('costs at most 80 bytes beyond each token', async () => {
    expect(OVERHEAD_BYTES).toBeLessThanOrEqual(80);
  });

  it('who unticked a needed scope is asked to reconnect, with the tokens kept sealed', async () => {
    const vault = lab.replica();
    const { code } = await lab.consent(undefined, ['user.info.basic', 'video.list']);
    const result = await vault.exchangeCode(exchangeRequest(code), 'auth-gateway');
    expect(result).toMatchObject({ state: 'needs_consent', missingScopes: ['video.data'] });
    const account = await lab.database.collections.accounts.findOne({ _id: result.accountId });
    expect(account).toMatchObject({ state: 'needs_consent', lastError: { code: 'E_SCOPE_MISSING' } });
    expect(account?.credential).toBeDefined();
    await expect(leaseToken(vault, result.accountId)).rejects.toMatchObject({ code: 'E_NEEDS_CONSENT' });
  });

  it('again, keeps the account and gets a new pair', async () => {
    const vault = lab.replica();
    const first = await lab.consent();
    const accountId = await lab.connect(vault, first);
    const again = await lab.connect(vault, await lab.consent(first.creator));
    expect(again).toBe(accountId);
    const account = await lab.database.collections.accounts.findOne({ _id: accountId });
    expect(account?.credential?.generation).toBe(2);
  });

  it('with a code TikTok refuses, stores nothing', async () => {
    const before = await lab.database.collections.accounts.countDocuments();
    const wrong = lab.replica().exchangeCode(exchangeRequest('wrong'), 'auth-gateway');
    await expect(wrong).rejects.toMatchObject({ code: 'E_CODE_REJECTED' });
    expect(await lab.database.collections.accounts.countDocuments()).toBe(before);
  });
});

describe('a lease', () => {
  it('is the token TikTok issued, readable by the requester alone', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    const lease = await leaseToken(vault, accountId);
    expect(await isTokenAlive(lease.token)).toBe(true);
    const opened = { accountId, action: 'token.decrypt' as const };
    expect(await Array.fromAsync(findAuditEntries(lab.database.collections, opened))).toEqual([
      expect.objectContaining({ operation: 'video.list', caller: 'ingestion', outcome: 'done' }),
    ]);
  });

  it.each(['auth-gateway', 'embed-sanitizer', 'operator', undefined])('is refused to %s', async (caller) => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    const request = {
      ...revokeRequest(accountId),
      operation: 'video.list' as const,
      minimumSeconds: 0,
      recipient: 'X',
    };
    await expect(vault.leaseToken(request, caller)).rejects.toMatchObject({ code: 'E_VAULT_CALLER_REFUSED' });
  });

  it('brings a new pair when the old one ends within a minute', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    const soon = lab.replica({ clock: () => new Date(Date.now() + 7_150_000) });
    const lease = await leaseToken(soon, accountId);
    expect(lease.generation).toBe(2);
    expect(await isTokenAlive(lease.token)).toBe(true);
    const account = await lab.database.collections.accounts.findOne({ _id: accountId });
    const user = await lab.database.collections.users.findOne({ 'tiktok.accountId': accountId });
    expect(account?.refreshIntent).toBeUndefined();
    expect(user?.tiktok?.credential).toEqual(account?.credential);
  });

  it('brings a new pair when TikTok refused the one that was leased, once', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    const later = lab.replica({ clock: () => new Date(Date.now() + 120_000) });
    const lease = await leaseToken(later, accountId, { rejectedGeneration: 1 });
    expect(lease.generation).toBe(2);
    await expect(leaseToken(later, accountId, { rejectedGeneration: 2 })).rejects.toMatchObject({
      code: 'E_TIKTOK_UNAVAILABLE',
    });
    expect((await leaseToken(later, accountId, { rejectedGeneration: 1 })).generation).toBe(2);
  });
});

describe('a disconnect', () => {
  it('ends the grant at TikTok and erases every blob, with a receipt', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    const { token } = await leaseToken(vault, accountId);
    const result = await vault.disconnectAccount(revokeRequest(accountId), 'auth-gateway');
    expect(result).toMatchObject({ state: 'revoked', atTikTok: 'revoked' });
    expect(await isTokenAlive(token)).toBe(false);
    const { accounts, users, dataKeys, pendingRevocations } = lab.database.collections;
    const account = await accounts.findOne({ _id: accountId });
    expect(account?.credential).toBeUndefined();
    expect(account?.openId).toBeUndefined();
    expect(await dataKeys.countDocuments({ _id: accountId })).toBe(0);
    expect(await users.countDocuments({ 'tiktok.accountId': accountId })).toBe(0);
    expect(await pendingRevocations.countDocuments({ _id: accountId })).toBe(0);
    const receipted = findAuditEntries(lab.database.collections, { hash: result.receipt });
    expect(await Array.fromAsync(receipted)).toMatchObject([
      { action: 'account.disconnect', actor: { kind: 'creator' }, reason: 'no longer wanted' },
    ]);
    expect(await vault.disconnectAccount(revokeRequest(accountId, 'operator'), 'auth-gateway')).toEqual(result);
    await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code: 'E_ACCOUNT_REVOKED' });
  });

  it('ends access here at once while TikTok is down, and tells it later', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    const { token } = await leaseToken(vault, accountId);
    await lab.tiktok.post('/fail-next', { route: '/v2/oauth/revoke/', what: 'error', status: 503 });
    const result = await vault.disconnectAccount(revokeRequest(accountId), 'auth-gateway');
    expect(result.atTikTok).toBe('pending');
    await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code: 'E_ACCOUNT_REVOKED' });
    expect(await isTokenAlive(token)).toBe(true);
    const { dataKeys } = lab.database.collections;
    expect(await dataKeys.countDocuments({ _id: accountId })).toBe(1);
    await lab.replica().tellTikTok.now(accountId);
    expect(await isTokenAlive(token)).toBe(false);
    expect(await dataKeys.countDocuments({ _id: accountId })).toBe(0);
    expect(await lab.database.collections.pendingRevocations.countDocuments({ _id: accountId })).toBe(0);
    const again = await vault.disconnectAccount(revokeRequest(accountId), 'auth-gateway');
    expect(again).toEqual({ ...result, atTikTok: 'revoked' });
  });

  it('with a stale access token renews it first, because TikTok revokes with a live one only', async () => {
    const vault = lab.replica();
    const consent = await lab.consent();
    const accountId = await lab.connect(vault, consent);
    const late = lab.replica({ clock: () => new Date(Date.now() + 8_000_000) });
    const result = await late.disconnectAccount(revokeRequest(accountId), 'auth-gateway');
    expect(result.atTikTok).toBe('revoked');
    const grants = await lab.tiktok.get<{ creator: string; revoked: boolean }[]>('/grants');
    expect(grants.find(({ creator }) => creator === consent.creator)?.revoked).toBe(true);
    const refreshes = { accountId, action: 'token.refresh' as const };
    expect(await Array.fromAsync(findAuditEntries(lab.database.collections, refreshes))).toEqual([
      expect.objectContaining({ caller: 'token-vault', operation: 'token.revoke', outcome: 'done' }),
    ]);
  });

  it('that TikTok itself announced asks TikTok nothing', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    const before = (await lab.tiktok.calls('/v2/oauth/revoke/')).length;
    const result = await vault.disconnectAccount(revokeRequest(accountId, 'tiktok'), 'auth-gateway');
    expect(result.atTikTok).toBe('already-void');
    expect((await lab.tiktok.calls('/v2/oauth/revoke/')).length).toBe(before);
  });

  it('that TikTok announced of a consent of before leaves a newer one alone', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    const consent = await lab.database.collections.consents.findOne({ accountId });
    const endedUntil = (moment: number) =>
      vault.disconnectAccount(
        { ...revokeRequest(accountId, 'tiktok'), consentsUntil: new Date(moment).toISOString() },
        'auth-gateway',
      );
    const at = consent?.at.getTime() ?? 0;
    await expect(endedUntil(at - 1)).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    expect((await leaseToken(vault, accountId)).generation).toBe(1);
    expect(await endedUntil(at)).toMatchObject({ state: 'revoked' });
  });
});

describe('an access token that is about to end', () => {
  it.each<[number, string, number]>([
    [60, 'is renewed before it is handed out', 2],
    [61, 'is handed out as it is', 1],
  ])('with exactly %d seconds left %s', async (seconds, _what, generation) => {
    const connectedAt = new Date();
    const accountId = await lab.connect(lab.replica({ clock: () => connectedAt }));
    const account = await lab.database.collections.accounts.findOne({ _id: accountId });
    const endsAt = account!.credential!.accessTokenExpiresAt.getTime();
    const vault = lab.replica({ clock: () => new Date(endsAt - seconds * 1000) });
    expect((await leaseToken(vault, accountId)).generation).toBe(generation);
  });
});
