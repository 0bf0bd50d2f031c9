import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry } from '@trendpot/contracts';
import { findAuditEntries } from '@trendpot/persistence';
import { eventually, gate } from '@trendpot/testing';
import { makeMortal } from '../../services/token-vault/test/mortal.ts';
import { leaseToken, revokeRequest, startVaultLab, type VaultLab } from '../../services/token-vault/test/vault-lab.ts';

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

const TOKEN = '/v2/oauth/token/';
const REVOKE = '/v2/oauth/revoke/';
/** The access token ends within a minute: a lease renews it, a disconnect can still revoke with it. */
const ENDING = { clock: () => new Date(Date.now() + 7_150_000) };
/** The access token is dead: a disconnect needs a new pair to revoke with. */
const DEAD = { clock: () => new Date(Date.now() + 8_000_000) };
/** Calls of a disconnect that finds a dead token, up to the one that asks for a new pair. */
const REFRESH_OF_DISCONNECT = 7;
/** Calls of a lease that renews, up to the one to TikTok. */
const REFRESH_OF_LEASE = 5;

const loseNextAnswer = (): Promise<unknown> => lab.tiktok.post('/fail-next', { route: TOKEN, what: 'drop' });
const disconnect = (accountId: string, options: object = DEAD) =>
  lab.replica(options).disconnectAccount(revokeRequest(accountId), 'auth-gateway');
const isGrantAlive = async (creator: string): Promise<boolean> => {
  const grants = await lab.tiktok.get<{ creator: string; revoked: boolean }[]>('/grants');
  return grants.find((grant) => grant.creator === creator)?.revoked === false;
};
/** In the order they were recorded, whichever vault did it. */
const entriesOf = async (
  accountId: string,
  action: 'token.revoke' | 'token.refresh',
): Promise<readonly AuditEntry[]> => {
  const entries = await Array.fromAsync(findAuditEntries(lab.database.collections, { accountId, action }));
  return entries.sort((left, right) => left.at.localeCompare(right.at));
};
const lastRevokeEntry = async (accountId: string) => (await entriesOf(accountId, 'token.revoke')).at(-1);
const refreshEntries = async (accountId: string): Promise<string[]> =>
  (await entriesOf(accountId, 'token.refresh')).map(({ outcome, cause }) => `${outcome} ${cause}`);
const connected = async () => {
  const consent = await lab.consent();
  return { creator: consent.creator, accountId: await lab.connect(lab.replica(), consent) };
};

/** A lease that has a new pair in hand and stands still, a disconnect that has given the grant up meanwhile. */
const givenUpBesideAFrozenLease = async () => {
  const { creator, accountId } = await connected();
  const thaw = gate();
  const frozen = makeMortal({ death: { atCall: REFRESH_OF_LEASE, when: 'after', until: thaw.passed } });
  const times = { callMs: 1_000, times: { leaseMs: 1_500, disconnectWaitMs: 10_000 } };
  const lease = leaseToken(lab.replica({ ...ENDING, ...times, instrument: frozen.instrument }), accountId);
  await frozen.struck;
  expect((await disconnect(accountId, { ...DEAD, ...times })).atTikTok).toBe('given-up');
  const goOn = async (): Promise<void> => {
    thaw.open();
    await expect(lease).rejects.toMatchObject({ code: 'E_ACCOUNT_REVOKED' });
  };
  return { creator, accountId, goOn };
};

describe('the receipt of a disconnect', () => {
  it('does not say that the grant had ended when the answer with the only living pair was lost', async () => {
    const { creator, accountId } = await connected();
    await loseNextAnswer();
    expect((await disconnect(accountId)).atTikTok).toBe('pending');
    await lab.replica(DEAD).tellTikTok.now(accountId);
    expect(await isGrantAlive(creator)).toBe(true);
    expect((await disconnect(accountId)).atTikTok).toBe('given-up');
    expect(await lastRevokeEntry(accountId)).toMatchObject({ outcome: 'failed', cause: 'E_REFRESH_LOST' });
    expect(await refreshEntries(accountId)).toEqual(['failed E_TIKTOK_UNAVAILABLE', 'refused E_REFRESH_LOST']);
  });

  it('does not say so either when that happened to a lease before the disconnect', async () => {
    const { creator, accountId } = await connected();
    await loseNextAnswer();
    await leaseToken(lab.replica(ENDING), accountId);
    expect((await disconnect(accountId)).atTikTok).toBe('given-up');
    expect(await isGrantAlive(creator)).toBe(true);
  });

  it('nor when the creator had been asked to consent again because of that', async () => {
    const { creator, accountId } = await connected();
    await loseNextAnswer();
    const vault = lab.replica(ENDING);
    await leaseToken(vault, accountId);
    await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code: 'E_NEEDS_CONSENT' });
    expect((await disconnect(accountId)).atTikTok).toBe('given-up');
    expect(await isGrantAlive(creator)).toBe(true);
  });

  it('nor when TikTok refuses to revoke with a token that it has just issued', async () => {
    const { creator, accountId } = await connected();
    await lab.tiktok.post('/fail-next', { route: REVOKE, what: 'error', status: 200, code: 'invalid_request' });
    expect((await disconnect(accountId)).atTikTok).toBe('pending');
    expect(await isGrantAlive(creator)).toBe(true);
    await lab.replica(DEAD).tellTikTok.now(accountId);
    expect(await isGrantAlive(creator)).toBe(false);
    expect((await disconnect(accountId)).atTikTok).toBe('revoked');
  });

  it('says that the grant had ended when TikTok says so and nothing was lost', async () => {
    const { creator, accountId } = await connected();
    await lab.tiktok.post(`/grants/${creator}/revoke`);
    expect((await disconnect(accountId)).atTikTok).toBe('already-void');
    expect(await lastRevokeEntry(accountId)).toMatchObject({ outcome: 'done', cause: 'already-void' });
  });

  it('says that it had ended when a refresh during the disconnect learned just that', async () => {
    const { creator, accountId } = await connected();
    await lab.tiktok.post(`/grants/${creator}/revoke`);
    await lab.tiktok.post('/hold-next', { route: TOKEN, id: 'refused' });
    const lease = expect(leaseToken(lab.replica(ENDING), accountId)).rejects.toMatchObject({
      code: 'E_ACCOUNT_REVOKED',
    });
    await lab.tiktok.get('/held/refused');
    const ended = disconnect(accountId, { ...DEAD, times: { disconnectWaitMs: 10_000 } });
    const { pendingRevocations } = lab.database.collections;
    const waiting = { _id: accountId, attempts: { $gt: 0 } };
    await eventually(async () => (await pendingRevocations.countDocuments(waiting)) === 1);
    await lab.tiktok.post('/release/refused');
    await lease;
    expect((await ended).atTikTok).toBe('already-void');
  });
});

describe('a pair that comes after the disconnect has been given up', () => {
  it('ends the grant at TikTok after all, and the receipt says so', async () => {
    const { creator, accountId, goOn } = await givenUpBesideAFrozenLease();
    await goOn();
    expect((await disconnect(accountId)).atTikTok).toBe('revoked');
    expect(await isGrantAlive(creator)).toBe(false);
    expect(await lab.database.collections.pendingRevocations.countDocuments({ _id: accountId })).toBe(0);
    const refreshes = { accountId, action: 'token.refresh' as const, outcome: 'done' as const };
    expect(await Array.fromAsync(findAuditEntries(lab.database.collections, refreshes))).toHaveLength(1);
  });

  it('is dropped when the creator has connected again: theirs is the newer wish', async () => {
    const { creator, accountId, goOn } = await givenUpBesideAFrozenLease();
    const again = await lab.connect(lab.replica(), await lab.consent(creator));
    await goOn();
    expect(await lab.database.collections.pendingRevocations.countDocuments({ _id: accountId })).toBe(0);
    expect((await leaseToken(lab.replica(), again)).generation).toBe(1);
    expect((await disconnect(accountId)).atTikTok).toBe('given-up');
  });
});

describe('a disconnect that was frozen before it asked TikTok for a pair', () => {
  it('sends nothing once another vault has taken over', async () => {
    const { creator, accountId } = await connected();
    const thaw = gate();
    const frozen = makeMortal({ death: { atCall: REFRESH_OF_DISCONNECT, when: 'before', until: thaw.passed } });
    const times = { ...DEAD, callMs: 1_000, times: { claimMs: 1_500 } };
    const first = disconnect(accountId, { ...times, instrument: frozen.instrument });
    await frozen.struck;
    const claimIsOver = { _id: accountId, $expr: { $lte: ['$claim.expiresAt', '$$NOW'] } };
    const { pendingRevocations } = lab.database.collections;
    await eventually(async () => (await pendingRevocations.countDocuments(claimIsOver)) === 1);

    const before = (await lab.tiktok.calls(TOKEN)).length;
    await lab.tiktok.post('/hold-next', { route: TOKEN, id: 'taken-over' });
    const second = lab.replica({ ...times, callMs: 10_000, times: { claimMs: 30_000 } }).tellTikTok.now(accountId);
    await lab.tiktok.get('/held/taken-over');
    thaw.open();
    expect((await first).atTikTok).toBe('pending');
    expect((await lab.tiktok.calls(TOKEN)).length).toBe(before + 1);
    await lab.tiktok.post('/release/taken-over');
    await second;
    expect(await isGrantAlive(creator)).toBe(false);
    expect((await disconnect(accountId)).atTikTok).toBe('revoked');
  });
});

describe('a creator who connects again before TikTok was told of their disconnect', () => {
  it('keeps the new grant, and the record of the old account ends with the truth', async () => {
    const { creator, accountId } = await connected();
    await lab.tiktok.post('/fail-next', { route: REVOKE, what: 'error', status: 503 });
    expect((await disconnect(accountId, {})).atTikTok).toBe('pending');
    const again = await lab.connect(lab.replica(), await lab.consent(creator));
    expect(again).not.toBe(accountId);
    expect((await disconnect(accountId, {})).atTikTok).toBe('given-up');
    expect(await lastRevokeEntry(accountId)).toMatchObject({ outcome: 'failed', cause: 'consented-again' });
    expect(await lab.database.collections.dataKeys.countDocuments({ _id: accountId })).toBe(0);
    expect(await isGrantAlive(creator)).toBe(true);
    expect((await leaseToken(lab.replica(), again)).generation).toBe(1);
  });
});
