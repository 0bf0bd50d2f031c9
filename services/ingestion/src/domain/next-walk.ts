import { newRequestId } from '@trendpot/contracts';
import type { UnnamedSyncJob } from './change.ts';
import { queueTime } from './walk.ts';

/**
 * A video that returns or is made public late stands where its date puts it, below where an incremental walk turns
 * round. So each account walks its whole library once a week (ADR 0018).
 */
const WEEK_MS = 7 * 86_400_000;

/** Digits of an account's id that are looked at. */
const DIGITS = 8;

/** When in the week it is the account's turn. Ids are random, so that the turns of all are spread over the week. */
const turnOf = (accountId: string): number => (WEEK_MS * Number.parseInt(accountId.slice(-DIGITS), 32)) / 32 ** DIGITS;

const weekOf = (accountId: string, at: Date): number => Math.floor((at.getTime() - turnOf(accountId)) / WEEK_MS);

/** Whether an account's turn has come between two walks. One walk's end of the span is the next one's beginning. */
export const isFullWalkDue = (accountId: string, before: Date | undefined, at: Date): boolean =>
  before !== undefined && weekOf(accountId, before) < weekOf(accountId, at);

/** The job that begins the next walk, after one that began at `startedAt`. */
export const nextWalk = (accountId: string, startedAt: Date | undefined, now: Date): UnnamedSyncJob => {
  const requestId = newRequestId();
  const queuedAt = queueTime(startedAt, now);
  return {
    version: 1,
    requestId,
    accountId,
    mode: isFullWalkDue(accountId, startedAt, queuedAt) ? 'full' : 'incremental',
    lane: 'page',
    walkId: requestId,
    page: 0,
    attempt: 1,
    queuedAt: queuedAt.toISOString(),
  };
};
