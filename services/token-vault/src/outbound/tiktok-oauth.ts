import { PlatformError, toPlatformError } from '@trendpot/contracts';
import { createOAuthClient, requestWasSent, type TokenGrant } from '@trendpot/tiktok';
import type { Secret } from '@trendpot/secrets';
import type { Grant, OAuth } from '../domain/ports.ts';

export interface OAuthSettings {
  readonly baseUrl: string;
  readonly clientKey: string;
  readonly clientSecrets: () => readonly Secret[];
  /** A call has ended after this, both attempts with two client secrets included. */
  readonly callMs: number;
}

const toGrant = (grant: TokenGrant): Grant => ({
  accessToken: grant.accessToken,
  refreshToken: grant.refreshToken,
  accessTokenSeconds: grant.accessExpiresInSeconds,
  refreshTokenSeconds: grant.refreshExpiresInSeconds,
  ...(grant.openId === undefined ? {} : { openId: grant.openId }),
  ...(grant.scopes === undefined ? {} : { scopes: grant.scopes }),
});

/** TikTok's OAuth endpoints as the domain wants them. */
export const tiktokOAuth = (settings: OAuthSettings): OAuth & { close(): void } => {
  const { baseUrl, clientKey, clientSecrets, callMs } = settings;
  const client = createOAuthClient({ baseUrl, clientKey, clientSecrets, timeoutMs: callMs });
  const signal = () => AbortSignal.timeout(callMs);
  return {
    exchange: async ({ code, redirectUri, codeVerifier }) => {
      const verifier = codeVerifier === undefined ? {} : { codeVerifier };
      const grant = await client.exchange({ code, redirectUri, ...verifier, signal: signal() });
      return { ...toGrant(grant), openId: grant.openId };
    },
    refresh: async (refreshToken, beforeSend) =>
      toGrant(
        await client.refresh({
          refreshToken,
          signal: signal(),
          ...(beforeSend === undefined ? {} : { beforeSend }),
        }),
      ),
    revoke: async (accessToken, beforeSend) => {
      try {
        await client.revoke({
          accessToken,
          signal: signal(),
          ...(beforeSend === undefined ? {} : { beforeSend }),
        });
      } catch (thrown) {
        const error = toPlatformError(thrown);
        // A token TikTok does not know is called an invalid request there. Source: tiktok-api.md 1.5.
        if (error.code !== 'E_TIKTOK_REQUEST_REJECTED') throw error;
        throw new PlatformError('E_TIKTOK_TOKEN_REJECTED', error.message, { cause: error });
      }
    },
    wasSent: requestWasSent,
    close: () => client.close(),
  };
};
