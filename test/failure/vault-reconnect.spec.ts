import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUserId, type UserId } from '@trendpot/contracts';
import { eventually, gate } from '@trendpot/testing';
import { makeMortal } from '../../services/token-vault/test/mortal.ts';
import {
  exchangeRequest,
  leaseToken,
  revokeRequest,
  startVaultLab,
  type Replica,
  type VaultLab,
} from '../../services/token-vault/test/vault-lab.ts';

let lab: VaultLab;
beforeAll(async () => {
  // The strictest reading of TikTok's pages: a revoke with any living token ends all that the creator gave the app.
  lab = await startVaultLab({ knobs: { consentAgain: 'joins' } });
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

const TOKEN = '/v2/oauth/token/';
const REVOKE = '/v2/oauth/revoke/';
/** Calls of a disconnect: the last look at its claim, and the one to TikTok. */
const LOOK_OF_DISCONNECT = 6;
const REVOKE_OF_DISCONNECT = 7;

const callsTo = async (route: string): Promise<number> => (await lab.tiktok.calls(route)).length;
const grantOf = async (creator: string) =>
  (await lab.tiktok.get<{ creator: string; revoked: boolean }[]>('/grants')).find((grant) => grant.creator === creator);
const exchange = async (vault: Replica, code: string, userId: UserId): Promise<string> =>
  (await vault.exchangeCode(exchangeRequest(code, userId), 'auth-gateway')).accountId;
const disconnect = (vault: Replica, accountId: string) =>
  vault.disconnectAccount(revokeRequest(accountId), 'auth-gateway');

const connected = async (userId = newUserId()) => {
  const { creator, code } = await lab.consent();
  return { creator, userId, accountId: await exchange(lab.replica(), code, userId) };
};

/** A disconnect whose call is at TikTok, which has not dealt with it yet. */
const disconnectUnderWay = async (id: string) => {
  const account = await connected();
  await lab.tiktok.post('/hold-next', { route: REVOKE, id });
  const ended = disconnect(lab.replica({ callMs: 10_000 }), account.accountId);
  await lab.tiktok.get(`/held/${id}`);
  return { ...account, ended, release: () => lab.tiktok.post(`/release/${id}`) };
};

/** A disconnect that stands still before one of its calls. */
const disconnectFrozenBefore = async (atCall: number, times: object = {}) => {
  const account = await connected();
  const thaw = gate();
  const frozen = makeMortal({ death: { atCall, when: 'before', until: thaw.passed } });
  const ended = disconnect(lab.replica({ ...times, instrument: frozen.instrument }), account.accountId);
  await frozen.struck;
  return { ...account, frozen, ended, thaw: thaw.open };
};

describe('a creator who connects again while TikTok is being told of their disconnect', () => {
  it('is connected once TikTok has been told, and the new grant lives', async () => {
    const { creator, userId, accountId, ended, release } = await disconnectUnderWay('telling');
    const { code } = await lab.consent(creator);
    const waits = gate();
    const before = await callsTo(TOKEN);
    const pause = async (): Promise<void> => waits.open();
    const again = exchange(lab.replica({ pause, times: { reconnectWaitMs: 20_000 } }), code, userId);
    await Promise.race([waits.passed, again]);
    expect(await callsTo(TOKEN)).toBe(before);
    await release();
    expect((await ended).atTikTok).toBe('revoked');
    expect(await again).not.toBe(accountId);
    expect(await grantOf(creator)).toMatchObject({ revoked: false });
    expect((await leaseToken(lab.replica(), await again)).generation).toBe(1);
  });

  it('is asked to try again if that takes too long, and the code is as good as before', async () => {
    const { creator, userId, ended, release } = await disconnectUnderWay('slow');
    const { code } = await lab.consent(creator);
    const before = await callsTo(TOKEN);
    const hasty = lab.replica({ times: { reconnectWaitMs: 100 } });
    await expect(exchange(hasty, code, userId)).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    expect(await callsTo(TOKEN)).toBe(before);
    await release();
    await ended;
    await exchange(hasty, code, userId);
    expect(await grantOf(creator)).toMatchObject({ revoked: false });
  });

  it('keeps the new grant in another browser too, if nothing was sent yet: then nothing is', async () => {
    const { creator, accountId, ended, thaw } = await disconnectFrozenBefore(LOOK_OF_DISCONNECT);
    const before = await callsTo(REVOKE);
    const { code } = await lab.consent(creator);
    const again = await exchange(lab.replica({ times: { reconnectWaitMs: 100 } }), code, newUserId());
    thaw();
    expect((await ended).atTikTok).toBe('given-up');
    expect(await callsTo(REVOKE)).toBe(before);
    expect(again).not.toBe(accountId);
    expect(await grantOf(creator)).toMatchObject({ revoked: false });
  });
});

describe('a disconnect that was frozen before it told TikTok', () => {
  it('sends nothing when its claim is as good as over', async () => {
    const times = { callMs: 1_000, times: { claimMs: 1_100 } };
    const { creator, accountId, frozen, ended, thaw } = await disconnectFrozenBefore(REVOKE_OF_DISCONNECT, times);
    expect(frozen.trace.at(-1)).toBe('oauth.revoke');
    const claimIsOver = { _id: accountId, $expr: { $lte: ['$claim.expiresAt', '$$NOW'] } };
    const { pendingRevocations } = lab.database.collections;
    await eventually(async () => (await pendingRevocations.countDocuments(claimIsOver)) === 1);
    const before = await callsTo(REVOKE);
    thaw();
    expect((await ended).atTikTok).toBe('pending');
    expect(await callsTo(REVOKE)).toBe(before);
    expect(await grantOf(creator)).toMatchObject({ revoked: false });
    await lab.replica().tellTikTok.now(accountId);
    expect(await grantOf(creator)).toMatchObject({ revoked: true });
  });
});

describe('a person who connects another creator before TikTok was told of the first', () => {
  it('holds the telling up for that moment only', async () => {
    const { creator, userId, accountId } = await connected();
    await lab.tiktok.post('/fail-next', { route: REVOKE, what: 'error', status: 503 });
    expect((await disconnect(lab.replica(), accountId)).atTikTok).toBe('pending');
    await lab.tiktok.post('/hold-next', { route: TOKEN, id: 'redeeming' });
    const { code } = await lab.consent();
    const other = exchange(lab.replica({ callMs: 10_000 }), code, userId);
    await lab.tiktok.get('/held/redeeming');
    const before = await callsTo(REVOKE);
    await lab.replica().tellTikTok.now(accountId);
    expect(await callsTo(REVOKE)).toBe(before);
    await lab.tiktok.post('/release/redeeming');
    await other;
    expect(await lab.replica().tellTikTok.next()).toBe(true);
    expect(await grantOf(creator)).toMatchObject({ revoked: true });
    expect((await disconnect(lab.replica(), accountId)).atTikTok).toBe('revoked');
  });
});
