import { PlatformError, toPlatformError } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';
import type { Grant, OAuth } from '../ports.ts';

/** Refusals that prove that nothing was replaced. After any other failure of a request that left, the outcome is open. */
const NOTHING_REPLACED: ReadonlySet<string> = new Set(['E_TIKTOK_CLIENT_REJECTED', 'E_TIKTOK_RATE_LIMITED']);

export type PairAnswer =
  | { readonly outcome: 'issued'; readonly grant: Grant }
  /** The refresh token is void. */
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'failed'; readonly error: PlatformError; readonly nothingReplaced: boolean };

/** How long the right to ask lasts, by `performance.now()`, and how long a call may take. */
export interface AskingTime {
  readonly endsAt: number;
  readonly callMs: number;
}

/**
 * Refuses a call that may not have ended before the right to make it ends.
 *
 * @throws PlatformError E_UNAVAILABLE
 */
export const refuseLate = ({ endsAt, callMs }: AskingTime): void => {
  if (performance.now() + callMs > endsAt) {
    throw new PlatformError('E_UNAVAILABLE', 'too little time was left to call TikTok');
  }
};

/**
 * Asks TikTok for the next pair. Nothing is sent unless the call will have ended before the right to make it ends: a
 * process that was frozen must not call beside the one that took its place.
 */
export const askForPair = async (oauth: OAuth, refreshToken: Secret, time: AskingTime): Promise<PairAnswer> => {
  let sent = false;
  const beforeSend = (): void => {
    refuseLate(time);
    sent = true;
  };
  try {
    return { outcome: 'issued', grant: await oauth.refresh(refreshToken, beforeSend) };
  } catch (thrown) {
    const error = toPlatformError(thrown);
    if (error.code === 'E_NEEDS_CONSENT') return { outcome: 'refused' };
    const nothingReplaced = !sent || NOTHING_REPLACED.has(error.code) || !oauth.wasSent(error);
    return { outcome: 'failed', error, nothingReplaced };
  }
};
