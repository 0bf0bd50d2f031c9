import { setTimeout as delay } from 'node:timers/promises';
import { toPlatformError } from '@trendpot/contracts';
import { makeMortal, type Death } from '../../../services/token-vault/test/mortal.ts';
import {
  leaseToken,
  revokeRequest,
  type Replica,
  type VaultLab,
} from '../../../services/token-vault/test/vault-lab.ts';
import { observeOAuth } from './observed-oauth.ts';

/** What TikTok does to the refresh of this run. */
export type TikTokFault = 'none' | 'drop' | 'reset' | 'hang' | 'unavailable';

export interface CrashPlan {
  readonly replicas: number;
  /** Which replicas die, and where. */
  readonly deaths: readonly (Death | undefined)[];
  readonly fault: TikTokFault;
  /** This replica disconnects the account instead of leasing a token. */
  readonly disconnects?: number | undefined;
  readonly jitterMs: () => number;
  /** How long TikTok takes to answer. */
  readonly latencyMs?: number;
  /** Breaks a port on purpose, to show that the matrix notices. */
  readonly sabotage?: <T extends object>(port: string, implementation: T) => T;
}

export interface CrashOutcome {
  readonly state: 'leased' | 'needs_consent' | 'revoked' | 'stuck';
  /** The creator was asked to consent again although TikTok had not voided what was stored, or a live process had the pair. */
  readonly consentLost: boolean;
  /** A disconnected grant is alive at TikTok although nothing stood in the way of ending it. */
  readonly grantLeftAlive: boolean;
  readonly maxRefreshesInFlight: number;
  /** New pairs that reached a vault which lived to see them. */
  readonly pairsReceived: number;
  readonly tokens: ReadonlySet<string>;
  readonly trace: readonly string[];
}

/** Short enough for a thousand runs, in the proportions of the real ones. */
const TIMES = { leaseMs: 1_500, waitMs: 3_000, insistMs: 1_500, claimMs: 2_500, disconnectWaitMs: 2_000 };
const CALL_MS = 400;
/** The access token is within a minute of its end, on the clock of every vault. */
const DUE_IN = 7_150_000;
const RECOVER_MS = 15_000;

const FAULTS: Readonly<Record<Exclude<TikTokFault, 'none'>, object>> = {
  drop: { what: 'drop' },
  reset: { what: 'reset' },
  hang: { what: 'hang' },
  unavailable: { what: 'error', status: 503, code: 'server_error' },
};

interface Grant {
  readonly creator: string;
  readonly generation: number;
  readonly revoked: boolean;
}

const isAlive = async (lab: VaultLab, token: string): Promise<boolean> => {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${lab.tiktok.url}/v2/user/info/?fields=open_id`, { headers });
  return ((await answer.json()) as { error: { code: string } }).error.code === 'ok';
};

/** One creator, several vaults, deaths where the plan has them; then a vault that lives puts things right. */
export const crashRun = async (lab: VaultLab, plan: CrashPlan): Promise<CrashOutcome> => {
  // A fault nobody met stays armed.
  await lab.tiktok.post('/reset');
  const consent = await lab.consent();
  const accountId = await lab.connect(lab.replica(), consent);
  const observer = observeOAuth();
  const clock = (): Date => new Date(Date.now() + DUE_IN);
  const settings = { callMs: CALL_MS, times: TIMES, clock, observeOAuth: observer.observe };
  let received = 0;

  const mortals = plan.deaths.map((death) =>
    makeMortal({
      death,
      jitterMs: plan.jitterMs,
      onCall: (call, outcome) => {
        if (call === 'oauth.refresh' && outcome === 'returned') received += 1;
      },
    }),
  );
  const { sabotage = (_port, implementation) => implementation } = plan;
  const vaults = mortals.map(({ instrument }) =>
    lab.replica({
      ...settings,
      instrument: (port, implementation) => instrument(port, sabotage(port, implementation)),
    }),
  );
  await lab.tiktok.knobs({ latencyMs: plan.latencyMs ?? 0 });
  if (plan.fault !== 'none') {
    await lab.tiktok.post('/fail-next', { route: '/v2/oauth/token/', times: 1, ...FAULTS[plan.fault] });
  }
  const work = vaults.map((vault, index) =>
    index === plan.disconnects
      ? vault.disconnectAccount(revokeRequest(accountId), 'auth-gateway')
      : leaseToken(vault, accountId),
  );
  await Promise.allSettled(work.map((done, index) => Promise.race([done, mortals[index]?.died])));

  const survivor = lab.replica(settings);
  const state = await recover(lab, survivor, accountId);
  const stored = await lab.database.collections.accounts.findOne({ _id: accountId });
  const grant = (await lab.tiktok.get<Grant[]>('/grants')).find(({ creator }) => creator === consent.creator);
  const pairsLost = mortals.some((mortal) => mortal.isDead()) || plan.fault === 'drop';
  const rotations = (grant?.generation ?? 1) - 1;
  return {
    state,
    // Whatever TikTok issued to a process that lived must have been stored; whatever it did not replace must still work.
    consentLost: state === 'stuck' || (state === 'needs_consent' && (rotations === 0 || (!pairsLost && received > 0))),
    grantLeftAlive: stored?.state === 'revoked' && grant?.revoked !== true && !pairsLost,
    maxRefreshesInFlight: observer.maxInFlight(),
    pairsReceived: received,
    tokens: observer.tokens,
    trace: mortals.flatMap(({ trace }) => trace),
  };
};

/** Asks as a worker would, again and again, until there is an answer that stands. */
const recover = async (lab: VaultLab, vault: Replica, accountId: string): Promise<CrashOutcome['state']> => {
  const deadline = performance.now() + RECOVER_MS;
  while (performance.now() < deadline) {
    const account = await lab.database.collections.accounts.findOne({ _id: accountId });
    if (account?.state === 'revoked') {
      await vault.tellTikTok.now(accountId);
      const pending = await lab.database.collections.pendingRevocations.countDocuments({ _id: accountId });
      if (pending === 0) return 'revoked';
    } else {
      try {
        const { token } = await leaseToken(vault, accountId);
        return (await isAlive(lab, token)) ? 'leased' : 'stuck';
      } catch (thrown) {
        const { code } = toPlatformError(thrown);
        if (code === 'E_NEEDS_CONSENT') return 'needs_consent';
      }
    }
    await delay(50);
  }
  return 'stuck';
};
