import type { Mortal } from '../../../services/token-vault/test/mortal.ts';
import type { VaultLab } from '../../../services/token-vault/test/vault-lab.ts';
import type { OAuthObserver } from './observed-oauth.ts';
import type { FinalState } from './recover.ts';

export interface CrashOutcome {
  readonly state: FinalState;
  /** The creator is asked to consent again although the pair was neither lost on its way nor with a vault that died. */
  readonly consentLost: boolean;
  /** A disconnected grant is alive at TikTok although nothing stood in the way of ending it. */
  readonly grantLeftAlive: boolean;
  /** The receipt says that the grant has ended at TikTok, and it has not. */
  readonly receiptUntrue: boolean;
  readonly maxRefreshesInFlight: number;
  /** New pairs that reached a vault. */
  readonly pairsReceived: number;
  readonly tokens: ReadonlySet<string>;
  readonly traces: readonly (readonly string[])[];
}

interface Grant {
  readonly creator: string;
  readonly generation: number;
  readonly revoked: boolean;
}

interface Run {
  readonly accountId: string;
  readonly creator: string;
  readonly state: FinalState;
  readonly observer: OAuthObserver;
  /** A vault died with a pair that was stored nowhere. */
  readonly diedHolding: boolean;
  readonly actors: readonly { readonly mortal: Mortal }[];
}

/** Holds what the vaults say against what TikTok knows. */
export const judge = async (lab: VaultLab, run: Run): Promise<CrashOutcome> => {
  const { state, observer } = run;
  const account = await lab.database.collections.accounts.findOne({ _id: run.accountId });
  const grant = (await lab.tiktok.get<Grant[]>('/grants')).find(({ creator }) => creator === run.creator);
  const issued = (grant?.generation ?? 1) - 1;
  // Only these two take a pair away for good: its answer never came, or whoever had it died before it was stored.
  const pairLost = issued > observer.received() || run.diedHolding;
  const isAlive = grant?.revoked !== true;
  const told = account?.revocation?.atTikTok;
  return {
    state,
    consentLost: state === 'stuck' || (state === 'needs_consent' && !pairLost),
    grantLeftAlive: account?.state === 'revoked' && isAlive && !pairLost,
    receiptUntrue: isAlive && (told === 'revoked' || told === 'already-void'),
    maxRefreshesInFlight: observer.maxInFlight(),
    pairsReceived: observer.received(),
    tokens: observer.tokens,
    traces: run.actors.map(({ mortal }) => mortal.trace),
  };
};
