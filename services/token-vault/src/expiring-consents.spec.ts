import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leaseToken, revokeRequest, startVaultLab, type VaultLab } from '../test/vault-lab.ts';

const DAY_MS = 86_400_000;
const NOTICE_MS = 30 * DAY_MS;

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

/** Moves the end of an account's refresh token to so many days from now. */
const endsInDays = async (accountId: string, days: number): Promise<void> => {
  const refreshTokenExpiresAt = new Date(Date.now() + days * DAY_MS);
  const { accounts } = lab.database.collections;
  await accounts.updateOne({ _id: accountId }, { $set: { 'credential.refreshTokenExpiresAt': refreshTokenExpiresAt } });
};
const told = async (accountId: string): Promise<readonly { change: string; state: string }[]> => {
  const entries = await lab.database.collections.outbox.find({ accountId }).sort({ sequence: 1 }).toArray();
  return entries
    .map(({ body }) => (JSON.parse(body) as { data?: { change: string; state: string } }).data)
    .filter((data) => data?.change === 'consent_expiring')
    .map((data) => data ?? { change: '', state: '' });
};

describe('a consent whose refresh token ends soon', () => {
  it('is announced once, and counted for as long as it is so', async () => {
    const vault = lab.replica();
    const soon = await lab.connect(vault);
    const later = await lab.connect(vault);
    await endsInDays(soon, 29);
    await endsInDays(later, 31);
    expect(await vault.announceExpiring(NOTICE_MS)).toBe(1);
    expect(await vault.announceExpiring(NOTICE_MS)).toBe(0);
    expect(await told(soon)).toMatchObject([{ change: 'consent_expiring', state: 'connected' }]);
    expect(await told(later)).toEqual([]);
    expect(await vault.countExpiring(NOTICE_MS)).toBe(1);
    expect(await vault.countExpiring(28 * DAY_MS)).toBe(0);
  });

  it('is announced once however many replicas look at the same time', async () => {
    const accountId = await lab.connect(lab.replica());
    await endsInDays(accountId, 1);
    await Promise.all([lab.replica(), lab.replica(), lab.replica()].map((vault) => vault.announceExpiring(NOTICE_MS)));
    expect(await told(accountId)).toHaveLength(1);
  });

  it('is announced anew when a newer refresh token ends soon', async () => {
    const accountId = await lab.connect(lab.replica());
    await endsInDays(accountId, 2);
    await lab.replica().announceExpiring(NOTICE_MS);
    const due = lab.replica({ clock: () => new Date(Date.now() + 86_350_000) });
    expect((await leaseToken(due, accountId)).generation).toBe(2);
    expect(await lab.replica().announceExpiring(NOTICE_MS)).toBe(0);
    await endsInDays(accountId, 3);
    expect(await lab.replica().announceExpiring(NOTICE_MS)).toBe(1);
    expect(await told(accountId)).toHaveLength(2);
  });

  it('is nobody’s business once it was withdrawn', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    await endsInDays(accountId, 1);
    const before = await vault.countExpiring(NOTICE_MS);
    await vault.disconnectAccount(revokeRequest(accountId), 'auth-gateway');
    await vault.announceExpiring(NOTICE_MS);
    expect(await told(accountId)).toEqual([]);
    expect(await vault.countExpiring(NOTICE_MS)).toBe(before - 1);
  });
});
