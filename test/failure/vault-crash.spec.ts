import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Accounts } from '../../services/token-vault/src/domain/accounts.ts';
import { startVaultLab, type VaultLab } from '../../services/token-vault/test/vault-lab.ts';
import { crashMatrix } from './vault/crash-matrix.ts';
import { everyDeath, randomPlan } from './vault/crash-plans.ts';
import type { CrashPlan } from './vault/crash-run.ts';

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

const LANES = 6;
const NOTHING_WRONG = {
  consentsLost: 0,
  grantsLeftAlive: 0,
  maxRefreshesInFlight: 1,
  secretsFound: 0,
  auditFaults: 0,
  failures: [],
};

describe('a vault that is killed', () => {
  it('at any await of a lease that refreshes loses no consent that TikTok did not void itself', async () => {
    const result = await crashMatrix(lab, everyDeath(undefined), LANES);
    expect(result).toMatchObject(NOTHING_WRONG);
    expect(result.pairsReceived).toBeGreaterThan(0);
  }, 120_000);

  it('at any await of a disconnect has ended access, and the grant ends at TikTok', async () => {
    expect(await crashMatrix(lab, everyDeath(0), LANES)).toMatchObject(NOTHING_WRONG);
  }, 120_000);

  it('while two or three race on one account never has two refreshes in flight', async () => {
    const plans = Array.from({ length: 40 }, (_, index) => randomPlan(4_000 + index));
    expect(await crashMatrix(lab, plans, LANES)).toMatchObject(NOTHING_WRONG);
  }, 120_000);
});

describe('the crash matrix', () => {
  const race = (sabotage: NonNullable<CrashPlan['sabotage']>): CrashPlan => ({
    replicas: 2,
    deaths: [undefined, undefined],
    fault: 'none',
    jitterMs: () => 1,
    latencyMs: 200,
    sabotage,
  });

  it('notices a vault that takes a turn without asking', async () => {
    const everybodysTurn: CrashPlan['sabotage'] = (port, implementation) =>
      port === 'accounts'
        ? { ...implementation, beginRefresh: async () => ({ fence: 1, unfinishedBefore: false }) }
        : implementation;
    expect((await crashMatrix(lab, [race(everybodysTurn)], 1)).maxRefreshesInFlight).toBe(2);
  }, 60_000);

  it('notices a vault that does not store the pair it was given', async () => {
    const forgetful: CrashPlan['sabotage'] = (port, implementation) => {
      if (port !== 'accounts') return implementation;
      const store: Accounts['storeRenewed'] = async () => undefined;
      return { ...implementation, storeRenewed: store };
    };
    expect((await crashMatrix(lab, [race(forgetful)], 1)).consentsLost).toBe(1);
  }, 60_000);
});
