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
  observe<T extends OAuthLike>(oauth: T): T;
}

export const observeOAuth = (): OAuthObserver => {
  const tokens = new Set<string>();
  let inFlight = 0;
  let most = 0;
  return {
    tokens,
    maxInFlight: () => most,
    observe: (oauth) => ({
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
          return pair;
        } finally {
          if (sent) inFlight -= 1;
        }
      },
    }),
  };
};
