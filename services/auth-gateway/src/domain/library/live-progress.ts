import type { AccountId, PlatformEvent } from '@trendpot/contracts';
import type { Account } from '../ports.ts';
import { progressOf, type Progress } from './account-view.ts';

/** What changed for those who watch an account. */
export interface LiveChange {
  readonly progress: Progress;
  /** Cards on the page are out of date: videos were added, refreshed or removed. */
  readonly library: boolean;
}

/** Fans out the platform's events to whoever watches an account in this process. */
export interface LiveEvents {
  /** @returns how to stop. */
  watch(accountId: AccountId, listener: (event: PlatformEvent) => void): () => void;
}

/**
 * What a watcher is told after an event. Events carry their place among all of the account, so one that the stored state
 * already contains changes nothing, whatever the order of arrival.
 */
export const applyEvent = (progress: Progress, { data }: PlatformEvent): LiveChange | undefined => {
  if (data.sequence <= progress.sequence) return undefined;
  const next = { ...progress, sequence: data.sequence };
  switch (data.change) {
    case 'synced': {
      // A first page may be heard of before the new state is. An account that is up to date stays so while it is walked again.
      const state = progress.state === 'connected' && !data.progress.complete ? 'syncing' : progress.state;
      return { progress: { ...next, ...data.progress, state }, library: true };
    }
    case 'metrics':
    case 'removed':
      return { progress: next, library: true };
    case 'pruned':
      return { progress: { ...next, videos: 0, state: 'revoked' }, library: true };
    case 'connected':
    case 'state':
    case 'failed':
    case 'consent_expiring':
    case 'revoked':
      return { progress: { ...next, state: data.state }, library: false };
  }
};

/** What a watcher is told when the stored state has moved on without an event having been seen. */
export const applyAccount = (progress: Progress, account: Account): LiveChange | undefined =>
  account.eventSequence > progress.sequence ? { progress: progressOf(account), library: true } : undefined;
