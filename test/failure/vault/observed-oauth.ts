import { setTimeout as delay } from 'node:timers/promises';
import type { Secret } from '@trendpot/secrets';

/** As much of the vault's OAuth port as is observed here. */
interface OAuthLike {
  refresh(refreshToken: Secret, beforeSend?: () => void): Promise<{ accessToken: Secret; refreshToken: Secret }>;
}

/** What happened between the vaults and TikTok in one run. */
export interface OAuthObserver {
  /** Every token text that was seen, to be searched for where none may be. */
  readonly tokens: Set<string>;
  maxInFlight(): number;
  /** Pairs that reached any vault. */
  received(): number;
  /** `onPair` hears of every pair that reaches this vault, whether it lives to see it or not. */
  observe<T extends OAuthLike>(oauth: T, onPair?: () => void): T;
}

export const observeOAuth = (): OAuthObserver => {
  const tokens = new Set<string>();
  let inFlight = 0;
  let most = 0;
  let received = 0;
  return {
    tokens,
    maxInFlight: () => most,
    received: () => received,
    observe: (oauth, onPair = () => undefined) => ({
      ...oauth,
      refresh: async (refreshToken: Secret, beforeSend?: () => void) => {
        tokens.add(refreshToken.reveal());
        let sent = false;
        const onSend = (): void => {
          beforeSend?.();
          sent = true;
          inFlight += 1;
          most = Math.max(most, inFlight);
        };
        try {
          const pair = await oauth.refresh(refreshToken, onSend);
          tokens.add(pair.accessToken.reveal()).add(pair.refreshToken.reveal());
          received += 1;
          onPair();
          return pair;
        } finally {
          if (sent) inFlight -= 1;
        }
      },
    }),
  };
};

/** TikTok's answer to a refresh is held back until `mayArrive` resolves, within the time that a call may take. */
export const holdAnswers = <T extends OAuthLike>(oauth: T, mayArrive: () => Promise<unknown>, mostMs: number): T => ({
  ...oauth,
  refresh: async (refreshToken: Secret, beforeSend?: () => void) => {
    let sentAt: number | undefined;
    const onSend = (): void => {
      beforeSend?.();
      sentAt = performance.now();
    };
    const [answer] = await Promise.allSettled([oauth.refresh(refreshToken, onSend)]);
    if (sentAt !== undefined) {
      const left = Math.max(0, sentAt + mostMs - performance.now());
      await Promise.race([mayArrive(), delay(left, undefined, { ref: false })]);
    }
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value;
  },
});
