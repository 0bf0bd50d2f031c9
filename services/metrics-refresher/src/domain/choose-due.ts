/** What a round's distance from the next is decided on. */
export interface Budget {
  /** Milliseconds between two rounds of one account when calls are plenty. */
  readonly intervalMs: number;
  /** Calls that one round of every account together takes. */
  readonly callsOfAllRounds: number;
  /** Calls a day allows, and how many of them were made within the last day. */
  readonly perDay: number;
  readonly usedInDay: number;
  /** Milliseconds of the day that `perDay` counts in. */
  readonly dayMs: number;
}

/** The rest of the day is for new creators, new videos and people who ask. */
const SHARE_FOR_REFRESHES = 0.8;
/** With less than this share of the day left, refreshes step back further. */
const NEARLY_SPENT = 0.1;
const STEP_BACK = 2;

/**
 * Milliseconds until an account's next round. The interval stretches when rounds at that pace would take more than
 * their share of the day's calls, and doubles while the day is nearly spent. Never shorter than the interval, never
 * longer than a day unless the interval itself is.
 */
export const chooseDue = (budget: Budget): number => {
  const { intervalMs, callsOfAllRounds, perDay, usedInDay, dayMs } = budget;
  const affordableMs = (callsOfAllRounds * dayMs) / (perDay * SHARE_FOR_REFRESHES);
  const isNearlySpent = perDay - usedInDay < perDay * NEARLY_SPENT;
  const wanted = Math.max(intervalMs, affordableMs) * (isNearlySpent ? STEP_BACK : 1);
  return Math.ceil(Math.max(intervalMs, Math.min(wanted, dayMs)));
};
