import type { UserId } from '@trendpot/contracts';
import { CONSENT_COPY_VERSION } from '../consent-copy.ts';
import { newOpaqueToken, tokenDigest } from '../opaque-token.ts';
import type { Clock } from '../ports.ts';
import { safeReturnPath } from '../return-path.ts';
import type { LoginIntents } from './login-intents.ts';

/** TikTok's consent page: builds its address, and a challenge where the settings ask for PKCE. */
export interface AuthorizePage {
  address(request: { state: string; scopes: readonly string[] }): {
    location: string;
    codeVerifier?: string | undefined;
  };
}

export interface SignInSettings {
  readonly scopes: readonly string[];
  readonly stateTtlMs: number;
}

export interface StartSignIn {
  (person: { userId: UserId; browserToken: string; returnPath?: unknown }): Promise<{ location: string }>;
}

/** Begins an attempt: stores the digest of a fresh state, bound to the browser, and says where to send it. */
export const makeStartSignIn =
  (ports: {
    intents: LoginIntents;
    authorizePage: AuthorizePage;
    clock: Clock;
    settings: SignInSettings;
  }): StartSignIn =>
  async ({ userId, browserToken, returnPath }) => {
    const { intents, authorizePage, clock, settings } = ports;
    const state = newOpaqueToken();
    const { location, codeVerifier } = authorizePage.address({ state, scopes: settings.scopes });
    await intents.add({
      state: tokenDigest(state),
      browser: tokenDigest(browserToken),
      userId,
      scopes: settings.scopes,
      codeVerifier,
      consentCopyVersion: CONSENT_COPY_VERSION,
      returnPath: safeReturnPath(returnPath),
      expiresAt: new Date(clock.now().getTime() + settings.stateTtlMs),
    });
    return { location };
  };
