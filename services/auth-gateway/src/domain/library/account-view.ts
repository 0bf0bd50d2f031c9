import type { Account } from '../ports.ts';

export interface Progress {
  readonly state: Account['state'];
  readonly pages: number;
  readonly videos: number;
  readonly complete: boolean;
  /** The newest event this already shows. */
  readonly sequence: number;
}

export const progressOf = ({ state, sync, eventSequence }: Account): Progress => ({
  state,
  pages: sync.pages,
  videos: sync.videos,
  complete: sync.complete,
  sequence: eventSequence,
});

/** Why things stand as they do, in the creator's words. */
export interface Explanation {
  readonly headline: string;
  readonly detail: string;
  /** What the creator can do; absent when there is nothing to do but wait. */
  readonly action?: 'reconnect';
}

const NEEDS_CONSENT: Readonly<Record<string, string>> = {
  E_SCOPE_MISSING: 'A permission that TrendPot needs was left unticked at TikTok. Reconnect and leave it ticked.',
};

export const explain = ({ state, sync, lastError }: Account): Explanation => {
  switch (state) {
    case 'connected':
      return { headline: 'Connected', detail: 'Your videos are about to arrive.' };
    case 'syncing':
      return { headline: 'Collecting your videos', detail: 'You can close this page; it goes on without you.' };
    case 'healthy':
      return lastError === undefined || (sync.metricsAt !== undefined && sync.metricsAt > lastError.at)
        ? { headline: 'Up to date', detail: 'New videos and fresh numbers arrive by themselves.' }
        : {
            headline: 'Catching up',
            detail: 'TikTok did not answer the last time. TrendPot will try again by itself.',
          };
    case 'needs_consent':
      return {
        headline: 'Please reconnect',
        detail:
          NEEDS_CONSENT[lastError?.code ?? 'E_SCOPE_MISSING'] ??
          'TikTok has ended the access. What is stored stays as it is until you reconnect or disconnect.',
        action: 'reconnect',
      };
    case 'revoked':
      return { headline: 'Disconnected', detail: 'Your access and your videos were erased.', action: 'reconnect' };
  }
};
