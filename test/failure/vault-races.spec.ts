import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LeaseRequest } from '@trendpot/contracts';
import { findAuditEntries } from '@trendpot/persistence';
import { eventually, gate } from '@trendpot/testing';
import {
  leaseToken,
  revokeRequest,
  startVaultLab,
  type ReplicaOptions,
  type VaultLab,
} from '../../services/token-vault/test/vault-lab.ts';
import { makeMortal } from '../../services/token-vault/test/mortal.ts';

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

const DUE = { clock: () => new Date(Date.now() + 7_150_000) };
/** Less than an hour is left. */
const HALFWAY = { clock: () => new Date(Date.now() + 4_000_000) };
const TOKEN = '/v2/oauth/token/';
/** The call to TikTok, counted from the first of a lease that refreshes. */
const REFRESH_OF_LEASE = 5;

const hold = (id: string, route = TOKEN): Promise<unknown> => lab.tiktok.post('/hold-next', { route, id });
const held = async (id: string): Promise<void> => {
  expect(await lab.tiktok.get<{ held: boolean }>(`/held/${id}`)).toEqual({ held: true });
};
const release = (id: string): Promise<unknown> => lab.tiktok.post(`/release/${id}`);
const refreshes = async (): Promise<number> => (await lab.tiktok.calls(TOKEN)).length;
const grantOf = async (creator: string) =>
  (await lab.tiktok.get<{ creator: string; revoked: boolean }[]>('/grants')).find((grant) => grant.creator === creator);

describe('two vaults on one account', () => {
  it('refresh once: the second waits for the pair of the first', async () => {
    const accountId = await lab.connect(lab.replica());
    const before = await refreshes();
    await hold('first');
    const first = leaseToken(lab.replica(DUE), accountId);
    await held('first');
    const second = leaseToken(lab.replica(DUE), accountId);
    await release('first');
    const leases = await Promise.all([first, second]);
    expect(leases[0].token).toBe(leases[1].token);
    expect(await refreshes()).toBe(before + 1);
  });

  it('refresh once for a hundred leases at the same time', async () => {
    const accountId = await lab.connect(lab.replica());
    const before = await refreshes();
    const vaults = [lab.replica(DUE), lab.replica(DUE)];
    const leases = await Promise.all(
      Array.from({ length: 100 }, (_, index) => leaseToken(vaults[index % 2]!, accountId)),
    );
    expect(new Set(leases.map(({ token }) => token)).size).toBe(1);
    expect(await refreshes()).toBe(before + 1);
  });

  it('lose no consent when the one that has the new pair was frozen beyond its turn', async () => {
    const accountId = await lab.connect(lab.replica());
    // TikTok's answer is there, and the process stands still.
    const thaw = gate();
    const frozen = makeMortal({ death: { atCall: REFRESH_OF_LEASE, when: 'after', until: thaw.passed } });
    const short = { ...DUE, callMs: 2_000, times: { leaseMs: 2_500, waitMs: 20_000 } };
    const late = leaseToken(lab.replica({ ...short, instrument: frozen.instrument }), accountId);
    await frozen.struck;
    await expect(leaseToken(lab.replica(short), accountId)).rejects.toMatchObject({ code: 'E_NEEDS_CONSENT' });
    thaw.open();
    const lease = await late;
    expect(lease.generation).toBe(2);
    const account = await lab.database.collections.accounts.findOne({ _id: accountId });
    expect(account).toMatchObject({ state: 'connected', credential: { generation: 2 } });
    expect(account?.lastError).toBeUndefined();
    const jobs = { accountId, subject: `tiktok.jobs.sync.first.${accountId}` };
    expect(await lab.database.collections.outbox.countDocuments(jobs)).toBe(2);
  });
});

describe('a vault that was frozen before it called TikTok', () => {
  it('sends nothing when its turn is as good as over, and leaves no doubt about that', async () => {
    const accountId = await lab.connect(lab.replica());
    const before = await refreshes();
    const thaw = gate();
    const frozen = makeMortal({ death: { atCall: REFRESH_OF_LEASE, when: 'before', until: thaw.passed } });
    const short = { ...DUE, callMs: 1_000, times: { leaseMs: 1_100 } };
    const lease = leaseToken(lab.replica({ ...short, instrument: frozen.instrument }), accountId);
    await frozen.struck;
    const { accounts } = lab.database.collections;
    const turnIsOver = { _id: accountId, $expr: { $lte: ['$refreshIntent.expiresAt', '$$NOW'] } };
    await eventually(async () => (await accounts.countDocuments(turnIsOver)) === 1);
    thaw.open();
    expect((await lease).generation).toBe(1);
    expect(await refreshes()).toBe(before);
    expect((await accounts.findOne({ _id: accountId }))?.refreshIntent).toBeUndefined();
  });
});

describe('a refresh whose answer is lost', () => {
  it('ends in a request for consent that says so, after one more try', async () => {
    const accountId = await lab.connect(lab.replica());
    const before = await refreshes();
    await lab.tiktok.post('/fail-next', { route: TOKEN, what: 'drop' });
    const vault = lab.replica(DUE);
    expect((await leaseToken(vault, accountId)).generation).toBe(1);
    await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code: 'E_NEEDS_CONSENT' });
    await expect(leaseToken(vault, accountId)).rejects.toMatchObject({ code: 'E_NEEDS_CONSENT' });
    expect(await refreshes()).toBe(before + 2);
    const account = await lab.database.collections.accounts.findOne({ _id: accountId });
    expect(account).toMatchObject({ state: 'needs_consent', lastError: { code: 'E_REFRESH_LOST' } });
  });

  it('is the same when the lease asked for a longer life than was left', async () => {
    const accountId = await lab.connect(lab.replica());
    const before = await refreshes();
    await lab.tiktok.post('/fail-next', { route: TOKEN, what: 'drop' });
    const vault = lab.replica(HALFWAY);
    const ask = () => leaseToken(vault, accountId, { minimumSeconds: 3_600 });
    expect((await ask()).generation).toBe(1);
    for (let time = 0; time < 3; time += 1) await expect(ask()).rejects.toMatchObject({ code: 'E_NEEDS_CONSENT' });
    expect(await refreshes()).toBe(before + 2);
  });

  it('before TikTok acted costs nothing', async () => {
    const accountId = await lab.connect(lab.replica());
    await lab.tiktok.post('/fail-next', { route: TOKEN, what: 'reset' });
    const vault = lab.replica(DUE);
    expect((await leaseToken(vault, accountId)).generation).toBe(1);
    expect((await leaseToken(vault, accountId)).generation).toBe(2);
  });
});

describe.each<[string, ReplicaOptions, Partial<LeaseRequest>]>([
  ['ends', DUE, {}],
  ['lives shorter than was asked for', HALFWAY, { minimumSeconds: 3_600 }],
  ['was refused by TikTok', HALFWAY, { rejectedGeneration: 1 }],
])('a refresh because the token %s', (_why, clock, asked) => {
  it('asks a creator who removed the app at TikTok to consent again, once and not in a loop', async () => {
    const consent = await lab.consent();
    const accountId = await lab.connect(lab.replica(), consent);
    await lab.tiktok.post(`/grants/${consent.creator}/revoke`);
    const before = await refreshes();
    const vault = lab.replica(clock);
    for (let time = 0; time < 3; time += 1) {
      await expect(leaseToken(vault, accountId, asked)).rejects.toMatchObject({ code: 'E_NEEDS_CONSENT' });
    }
    expect(await refreshes()).toBe(before + 1);
    const account = await lab.database.collections.accounts.findOne({ _id: accountId });
    expect(account?.lastError?.code).toBe('E_NEEDS_CONSENT');
  });

  it('that TikTok refuses looks once more, and takes the pair another vault has stored meanwhile', async () => {
    const accountId = await lab.connect(lab.replica());
    const before = await refreshes();
    const thaw = gate();
    const frozen = makeMortal({ death: { atCall: REFRESH_OF_LEASE, when: 'after', until: thaw.passed } });
    const short = { ...clock, callMs: 1_000, times: { leaseMs: 1_500, waitMs: 20_000 } };
    const first = leaseToken(lab.replica({ ...short, instrument: frozen.instrument }), accountId, asked);
    await frozen.struck;
    await hold('late');
    const long = { ...short, callMs: 10_000, times: { leaseMs: 15_000, waitMs: 20_000 } };
    const second = leaseToken(lab.replica(long), accountId, asked);
    await held('late');
    thaw.open();
    expect((await first).generation).toBe(2);
    await release('late');
    expect((await second).token).toBe((await first).token);
    expect(await refreshes()).toBe(before + 2);
    const account = await lab.database.collections.accounts.findOne({ _id: accountId });
    expect(account).toMatchObject({ state: 'connected', credential: { generation: 2 } });
    expect(account?.refreshIntent).toBeUndefined();
  });
});

describe('a disconnect during a refresh', () => {
  it('ends the new pair at TikTok as well, not only the old one', async () => {
    const consent = await lab.consent();
    const accountId = await lab.connect(lab.replica(), consent);
    await hold('refresh');
    const lease = leaseToken(lab.replica({ ...DUE, callMs: 2_000 }), accountId);
    const refused = expect(lease).rejects.toMatchObject({ code: 'E_ACCOUNT_REVOKED' });
    await held('refresh');
    const disconnect = lab.replica(DUE).disconnectAccount(revokeRequest(accountId), 'auth-gateway');
    await eventually(() => lab.database.collections.accounts.findOne({ _id: accountId, state: 'revoked' }));
    await release('refresh');
    await refused;
    expect((await disconnect).state).toBe('revoked');
    await lab.replica(DUE).tellTikTok.now(accountId);
    expect((await grantOf(consent.creator))?.revoked).toBe(true);
    expect(await lab.database.collections.pendingRevocations.countDocuments({ _id: accountId })).toBe(0);
  });

  it('asked for twice at once has one receipt', async () => {
    const accountId = await lab.connect(lab.replica());
    const [one, other] = await Promise.all(
      [1, 2].map(() => lab.replica().disconnectAccount(revokeRequest(accountId), 'auth-gateway')),
    );
    expect(one?.receipt).toBe(other?.receipt);
    const entries = { accountId, action: 'account.disconnect' as const };
    expect(await Array.fromAsync(findAuditEntries(lab.database.collections, entries))).toHaveLength(1);
  });
});

describe('a creator who connects', () => {
  it('twice at once has one account', async () => {
    const consents = [await lab.consent('twice'), await lab.consent('twice')];
    const ids = await Promise.all(consents.map((consent) => lab.connect(lab.replica(), consent)));
    expect(new Set(ids).size).toBe(1);
  });
});
