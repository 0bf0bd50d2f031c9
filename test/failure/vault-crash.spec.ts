import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newAccountId } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';
import type { Accounts } from '../../services/token-vault/src/domain/accounts.ts';
import type { AuditStore, OAuth } from '../../services/token-vault/src/domain/ports.ts';
import { startVaultLab, type VaultLab } from '../../services/token-vault/test/vault-lab.ts';
import { crashMatrix } from './vault/crash-matrix.ts';
import { everyDeath, everyFreeze, PATHS, randomPlan, undisturbed } from './vault/crash-plans.ts';
import type { CrashPlan, Fate } from './vault/crash-run.ts';

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

/** Which call of a disconnect with a dead token is the refresh. */
const REFRESH_OF_DISCONNECT = 7;
const LANES = 12;
const NOTHING_WRONG = {
  consentsLost: 0,
  grantsLeftAlive: 0,
  receiptsUntrue: 0,
  maxRefreshesInFlight: 1,
  secretsFound: 0,
  keysAstray: 0,
  auditFaults: 0,
  failures: [],
};

describe.each(PATHS)('a vault that is asked for a $task and finds a token that is $token', (path) => {
  it('makes as many calls as the plans count on, so that no await of it is left out', async () => {
    const result = await crashMatrix(lab, [undisturbed(path)], 1);
    expect(result).toMatchObject({ failures: [], mostCalls: path.calls });
  }, 60_000);

  it('and is killed at any await of it loses no consent that TikTok did not void, and tells no untruth', async () => {
    const result = await crashMatrix(lab, everyDeath(path), LANES);
    expect(result).toMatchObject({ ...NOTHING_WRONG, mostCalls: path.calls });
    expect(result.pairsReceived).toBeGreaterThan(0);
  }, 120_000);
});

describe('a vault that is frozen', () => {
  it('at any await of a disconnect that refreshes never calls beside the one that took over', async () => {
    expect(await crashMatrix(lab, PATHS.slice(-1).flatMap(everyFreeze), LANES)).toMatchObject(NOTHING_WRONG);
  }, 120_000);
});

describe('two or three vaults that race on one account', () => {
  it('never have two refreshes in flight, whoever dies, is frozen or comes first', async () => {
    const plans = Array.from({ length: 40 }, (_, index) => randomPlan(4_000 + index));
    expect(await crashMatrix(lab, plans, LANES)).toMatchObject(NOTHING_WRONG);
  }, 120_000);
});

describe('the crash matrix', () => {
  const race = (sabotage: NonNullable<CrashPlan['sabotage']>, more: Partial<CrashPlan> = {}): CrashPlan => ({
    tasks: ['lease', 'lease'],
    fates: [undefined, undefined],
    token: 'ending',
    fault: 'none',
    order: 1,
    answerAfter: 20,
    sabotage,
    ...more,
  });
  const forgetful: CrashPlan['sabotage'] = (port, implementation) => {
    if (port !== 'accounts') return implementation;
    const store: Accounts['storeRenewed'] = async () => undefined;
    return { ...implementation, storeRenewed: store };
  };

  it('notices a vault that takes a turn without asking', async () => {
    const everybodysTurn: CrashPlan['sabotage'] = (port, implementation) =>
      port === 'accounts'
        ? { ...implementation, beginRefresh: async () => ({ fence: 1, unfinishedBefore: false }) }
        : implementation;
    expect((await crashMatrix(lab, [race(everybodysTurn)], 1)).maxRefreshesInFlight).toBe(2);
  }, 60_000);

  it('notices a vault that does not store the pair it was given', async () => {
    expect((await crashMatrix(lab, [race(forgetful)], 1)).consentsLost).toBe(1);
  }, 60_000);

  it('does not excuse that with the death of another vault, which never had the pair', async () => {
    const bystander: Fate = { atCall: 1, when: 'before', what: 'death' };
    const plan = race(forgetful, { fates: [bystander, undefined] });
    expect((await crashMatrix(lab, [plan], 1)).consentsLost).toBe(1);
  }, 60_000);

  it('notices a disconnect that asks TikTok for a pair and does not note it first', async () => {
    const noteless: CrashPlan['sabotage'] = (port, implementation) =>
      port === 'pendingRevocations' ? { ...implementation, beginRefresh: async () => true } : implementation;
    const death: Fate = { atCall: REFRESH_OF_DISCONNECT, when: 'after', what: 'death' };
    const plan = race(noteless, { tasks: ['disconnect'], fates: [death], token: 'dead' });
    expect((await crashMatrix(lab, [plan], 1)).receiptsUntrue).toBe(1);
  }, 60_000);

  it('notices a disconnect that was frozen and calls TikTok all the same', async () => {
    const timeless: CrashPlan['sabotage'] = (port, implementation) => {
      if (port !== 'oauth') return implementation;
      const { refresh } = implementation as unknown as OAuth;
      return { ...implementation, refresh: (token: Secret) => refresh(token) };
    };
    const freeze: Fate = { atCall: REFRESH_OF_DISCONNECT, when: 'before', what: 'long freeze' };
    const plan = race(timeless, { tasks: ['disconnect'], fates: [freeze], token: 'dead' });
    expect((await crashMatrix(lab, [plan], 1)).maxRefreshesInFlight).toBe(2);
  }, 60_000);

  describe('looks over the whole database, and', () => {
    afterEach(async () => {
      const { accounts, auditChains, auditLogs, dataKeys, outbox } = lab.database.collections;
      await Promise.all([
        accounts.deleteMany({}),
        auditChains.deleteMany({}),
        auditLogs.deleteMany({}),
        dataKeys.deleteMany({}),
        outbox.deleteMany({}),
      ]);
    });

    /** A vault that does something once more after each pair was stored. */
    const afterStoring =
      (more: (pair: Parameters<Accounts['storeRenewed']>[0]) => Promise<unknown>): NonNullable<CrashPlan['sabotage']> =>
      (port, implementation) => {
        if (port !== 'accounts') return implementation;
        const { storeRenewed } = implementation as unknown as Accounts;
        const store: Accounts['storeRenewed'] = async (...given) => {
          const stored = await storeRenewed(...given);
          await more(given[0]);
          return stored;
        };
        return { ...implementation, storeRenewed: store };
      };

    it.each<[string, (token: string) => unknown]>([
      ['as it is', (token) => token],
      ['as bytes', (token) => Buffer.from(token)],
      ['as hex', (token) => Buffer.from(token).toString('hex')],
      ['as base64, amid other text', (token) => Buffer.from(`token=${token};`).toString('base64')],
    ])(
      'notices a token that was kept %s',
      async (_how, write) => {
        const db = lab.database.client.db(lab.database.collections.accounts.dbName);
        const leaky: CrashPlan['sabotage'] = (port, implementation) => {
          if (port !== 'oauth') return implementation;
          const { refresh } = implementation as unknown as OAuth;
          const keep: OAuth['refresh'] = async (...given) => {
            const grant = await refresh(...given);
            await db.collection('notes').insertOne({ note: write(grant.refreshToken.reveal()) });
            return grant;
          };
          return { ...implementation, refresh: keep };
        };
        expect((await crashMatrix(lab, [race(leaky)], 1)).secretsFound).toBe(1);
        await db.dropCollection('notes');
      },
      60_000,
    );

    it('notices a data key that no credential names', async () => {
      const { dataKeys } = lab.database.collections;
      const hoarding = afterStoring(async ({ accountId }) => {
        const { _id, ...key } = (await dataKeys.findOne({ _id: accountId }))!;
        await dataKeys.insertOne({ ...key, _id: newAccountId() });
      });
      expect((await crashMatrix(lab, [race(hoarding)], 1)).keysAstray).toBe(1);
    }, 60_000);

    it('notices an audit entry that is not what was recorded', async () => {
      const lying: CrashPlan['sabotage'] = (port, implementation) => {
        if (port !== 'auditStore') return implementation;
        const { append, mostAtOnce } = implementation as unknown as AuditStore;
        const alter: AuditStore['append'] = (entries) =>
          append(entries.map((entry) => ({ ...entry, caller: 'somebody-else' })));
        return { ...implementation, mostAtOnce, append: alter };
      };
      expect((await crashMatrix(lab, [race(lying)], 1)).auditFaults).toBeGreaterThan(0);
    }, 60_000);
  });
});
