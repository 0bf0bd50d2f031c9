import { setTimeout as delay } from 'node:timers/promises';
import { gate } from '@trendpot/testing';
import { makeMortal, type Death } from '../../../services/token-vault/test/mortal.ts';
import {
  leaseToken,
  revokeRequest,
  type Replica,
  type VaultLab,
} from '../../../services/token-vault/test/vault-lab.ts';
import { seeded } from './crash-plans.ts';
import { judge, type CrashOutcome } from './judge.ts';
import { holdAnswers, observeOAuth } from './observed-oauth.ts';
import { recover } from './recover.ts';
import { makeStage } from './stage.ts';
import { witnessPairs } from './witness-pairs.ts';

/** What TikTok does to the first token call of this run. */
export type TikTokFault = 'none' | 'drop' | 'reset' | 'hang' | 'unavailable';

/**
 * What befalls a vault, and at which of its calls. A `freeze` ends when all the others have ended, a `long freeze` when
 * the vault that puts things right is in the middle of a refresh.
 */
export interface Fate extends Pick<Death, 'atCall' | 'when'> {
  readonly what: 'death' | 'freeze' | 'long freeze';
}

export interface CrashPlan {
  /** What each vault is asked for. */
  readonly tasks: readonly ('lease' | 'disconnect')[];
  readonly fates: readonly (Fate | undefined)[];
  /** What the vaults find: an access token within a minute of its end, or a dead one. */
  readonly token: 'ending' | 'dead';
  readonly fault: TikTokFault;
  /** Seed of the order in which the vaults make their calls. */
  readonly order: number;
  /** TikTok's answer to a refresh waits until the other vaults have made so many calls. */
  readonly answerAfter: number;
  /** Breaks a port on purpose, to show that the matrix notices. */
  readonly sabotage?: <T extends object>(port: string, implementation: T) => T;
}

/** Short enough for a thousand runs, in the proportions of the real ones. */
const TIMES = { leaseMs: 1_600, waitMs: 3_000, insistMs: 1_500, claimMs: 2_500, disconnectWaitMs: 2_000 };
const CALL_MS = 600;
const HOLD_MS = 500;
/** Connecting is not what is tried here, and must not fail when the machine is busy. */
const SETTING_UP_MS = 30_000;
/** By how much the vaults' clocks are ahead of TikTok's, so that two hours need not pass. */
const AHEAD_MS = { ending: 7_150_000, dead: 8_000_000 };
const TOKEN_LIFE_MS = 7_200_000;
/** A stage that stands still is a fault of the run, and must not stop the others. */
const RUN_MS = 30_000;

const FAULTS: Readonly<Record<Exclude<TikTokFault, 'none'>, object>> = {
  drop: { what: 'drop' },
  reset: { what: 'reset' },
  hang: { what: 'hang' },
  unavailable: { what: 'error', status: 503, code: 'server_error' },
};

const clockAhead = (milliseconds: number) => (): Date => new Date(Date.now() + milliseconds);

/** One creator, several vaults, deaths where the plan has them; then a vault that lives puts things right. */
export const crashRun = async (lab: VaultLab, plan: CrashPlan): Promise<CrashOutcome> => {
  // A fault nobody met stays armed.
  await lab.tiktok.post('/reset');
  const consent = await lab.consent();
  const accountId = await lab.connect(lab.replica({ callMs: SETTING_UP_MS }), consent);
  const observer = observeOAuth();
  const random = seeded(plan.order);
  const stage = makeStage(plan.tasks.length, (limit) => Math.floor(random() * limit));
  const settings = { callMs: CALL_MS, times: TIMES };
  const { sabotage = (_port, implementation) => implementation } = plan;

  const actors = plan.tasks.map((task, index) => {
    const fate = plan.fates[index];
    const thaw = gate();
    const until = fate === undefined || fate.what === 'death' ? undefined : thaw.passed;
    const mortal = makeMortal({
      death: fate === undefined ? undefined : { ...fate, until },
      enter: (call) => stage.enter(index, call),
    });
    const witness = witnessPairs();
    const vault = lab.replica({
      ...settings,
      clock: clockAhead(AHEAD_MS[plan.token]),
      pause: (milliseconds) => stage.pausing(index, delay(milliseconds)),
      observeOAuth: (oauth) =>
        observer.observe(
          holdAnswers(oauth, () => stage.othersMoved(index, plan.answerAfter), HOLD_MS),
          witness.received,
        ),
      instrument: (port, implementation) =>
        mortal.instrument(port, witness.instrument(port, sabotage(port, implementation))),
    });
    return { task, fate, thaw, mortal, witness, vault };
  });

  if (plan.fault !== 'none') {
    await lab.tiktok.post('/fail-next', { route: '/v2/oauth/token/', times: 1, ...FAULTS[plan.fault] });
  }
  const perform = (vault: Replica, task: 'lease' | 'disconnect'): Promise<unknown> =>
    task === 'lease' ? leaseToken(vault, accountId) : vault.disconnectAccount(revokeRequest(accountId), 'auth-gateway');
  const ends = actors.map(({ vault, task, mortal }, index) =>
    Promise.race([perform(vault, task), mortal.died])
      .catch(() => undefined)
      .finally(() => stage.gone(index)),
  );
  const leftFrozen = new Set<number>();
  const races = actors.map(async ({ fate, mortal, thaw }, index) => {
    if (fate?.what === 'freeze') void mortal.struck.then(() => stage.frozen(index)).then(thaw.open);
    const frozen = mortal.struck.then(() => {
      if (fate?.what !== 'long freeze') return ends[index];
      leftFrozen.add(index);
      return stage.gone(index);
    });
    await Promise.race([ends[index], frozen]);
  });
  const inTime = <T>(work: Promise<T>): Promise<T | undefined> =>
    Promise.race([work, delay(RUN_MS, undefined, { ref: false })]);
  await inTime(Promise.all(races));

  // A whole life of a token later: whatever is stored must still bring a new one.
  const thawed = async (): Promise<void> => {
    for (const index of leftFrozen) actors[index]?.thaw.open();
    await inTime(Promise.all([...leftFrozen].map(async (index) => ends[index])));
  };
  const survivor = lab.replica({
    ...settings,
    clock: clockAhead(AHEAD_MS[plan.token] + TOKEN_LIFE_MS),
    observeOAuth: (oauth) => observer.observe(holdAnswers(oauth, thawed, HOLD_MS)),
  });
  await recover(lab, survivor, accountId);
  await thawed();
  const state = await recover(lab, survivor, accountId);
  const diedHolding = actors.some(({ mortal, witness }) => mortal.isDead() && witness.holds());
  return judge(lab, { accountId, creator: consent.creator, state, observer, diedHolding, actors });
};
