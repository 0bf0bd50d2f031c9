import { authorizeUrl, pkce } from '@trendpot/tiktok';
import type { AuthorizePage } from '../domain/sign-in/start-sign-in.ts';

export const tiktokAuthorizePage = (settings: {
  authorizeUrl: string;
  clientKey: string;
  redirectUri: string;
  pkce: boolean;
}): AuthorizePage => ({
  address: ({ state, scopes }) => {
    const proof = settings.pkce ? pkce() : undefined;
    const location = authorizeUrl({
      authorizeUrl: settings.authorizeUrl,
      clientKey: settings.clientKey,
      redirectUri: settings.redirectUri,
      scopes,
      state,
      // Without it a creator who unticked a permission would never be shown it again.
      alwaysAsk: true,
      ...(proof === undefined ? {} : { codeChallenge: proof.challenge }),
    });
    return { location, codeVerifier: proof?.verifier };
  },
});
