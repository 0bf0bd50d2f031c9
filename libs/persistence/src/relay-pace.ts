/** When the relay holds back: as a whole while nothing gets through, and for single accounts that keep failing. */
export interface RelayPace {
  /** The account may be visited now. */
  mayVisit(accountId: string): boolean;
  /** @returns what has come to a stop with this failure, for the log: told once. */
  failed(accountId?: string): 'relay' | 'account' | undefined;
  /** @returns what moves again. */
  moved(accountId: string): 'relay' | 'account' | undefined;
  /** Nothing has got through for several attempts. */
  isStalled(): boolean;
  /** Milliseconds to wait before the next attempt of any account. */
  pauseMs(): number;
  /** Accounts whose oldest entry has failed several times in a row; counting stops at 1,000. */
  blocked(): number;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
const STALLED_AFTER = 3;
const ACCOUNTS_REMEMBERED = 1_000;

const backoff = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20)) * (0.75 + Math.random() / 4);

export const createRelayPace = (now: () => number = () => performance.now()): RelayPace => {
  let failuresInARow = 0;
  let stalled = false;
  const accounts = new Map<string, { failures: number; until: number; told: boolean }>();

  const remember = (accountId: string) => {
    const failures = (accounts.get(accountId)?.failures ?? 0) + 1;
    const state = { failures, until: now() + backoff(failures), told: accounts.get(accountId)?.told ?? false };
    accounts.delete(accountId);
    accounts.set(accountId, state);
    const oldest = accounts.keys().next();
    if (accounts.size > ACCOUNTS_REMEMBERED && oldest.done !== true) accounts.delete(oldest.value);
    return state;
  };

  return {
    mayVisit: (accountId) => (accounts.get(accountId)?.until ?? 0) <= now(),
    failed: (accountId) => {
      failuresInARow += 1;
      const state = accountId === undefined ? undefined : remember(accountId);
      if (failuresInARow >= STALLED_AFTER) {
        if (stalled) return undefined;
        stalled = true;
        return 'relay';
      }
      if (state === undefined || state.told || state.failures < STALLED_AFTER) return undefined;
      state.told = true;
      return 'account';
    },
    moved: (accountId) => {
      const wasStalled = stalled;
      const wasTold = accounts.get(accountId)?.told === true;
      failuresInARow = 0;
      stalled = false;
      accounts.delete(accountId);
      if (wasStalled) return 'relay';
      return wasTold ? 'account' : undefined;
    },
    isStalled: () => stalled,
    blocked: () => [...accounts.values()].filter(({ failures }) => failures >= STALLED_AFTER).length,
    pauseMs: () => (failuresInARow === 0 ? 0 : backoff(failuresInARow)),
  };
};
