import { PlatformError } from '@trendpot/contracts';
import type { Secret } from '@trendpot/secrets';
import { invalidResponse } from './json-body.ts';
import { openOAuthAnswer, refusesClient, type OAuthOperation } from './oauth-errors.ts';
import { readTokenGrant, type TokenGrant } from './token-grant.ts';
import { createTransport, type TransportResponse } from './transport.ts';

interface OAuthCall {
  /** See `Call.beforeSend` of the display client; called again when a second client secret is tried. */
  readonly beforeSend?: () => void;
  readonly signal?: AbortSignal;
}

/** TikTok's token endpoints. Every call throws PlatformError; `requestWasSent` tells whether TikTok may have acted. */
export interface OAuthClient {
  /**
   * Redeems an authorization code, URL-decoded, once.
   *
   * @throws PlatformError E_CODE_REJECTED when the code, redirect address or verifier is refused
   */
  exchange(
    request: OAuthCall & { code: string; redirectUri: string; codeVerifier?: string },
  ): Promise<TokenGrant & { readonly openId: string }>;
  /**
   * A new pair for a refresh token. TikTok may void the token that was sent the moment it answers.
   *
   * @throws PlatformError E_NEEDS_CONSENT when the refresh token is void
   */
  refresh(request: OAuthCall & { refreshToken: Secret }): Promise<TokenGrant>;
  /**
   * Ends the creator's grant for this app.
   *
   * @throws PlatformError E_TIKTOK_TOKEN_REJECTED or E_TIKTOK_REQUEST_REJECTED when the access token is not known any more
   */
  revoke(request: OAuthCall & { accessToken: Secret }): Promise<void>;
  close(): void;
}

export const createOAuthClient = (options: {
  baseUrl: string;
  clientKey: string;
  /** The current secret first; while it is being rotated, the other one after it. */
  clientSecrets: () => readonly Secret[];
  timeoutMs?: number;
}): OAuthClient => {
  const transport = createTransport(options);

  const post = (path: string, form: Readonly<Record<string, string>>, call: OAuthCall, clientSecret: Secret) =>
    transport.send({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'cache-control': 'no-cache' },
      body: new URLSearchParams({
        client_key: options.clientKey,
        client_secret: clientSecret.reveal(),
        ...form,
      }).toString(),
      beforeSend: call.beforeSend,
      signal: call.signal,
    });

  /** A refused client was not served, so the other secret may be tried: this is no repetition of a request. */
  const ask = async (
    operation: OAuthOperation,
    path: string,
    form: Readonly<Record<string, string>>,
    call: OAuthCall,
  ) => {
    let response: TransportResponse | undefined;
    for (const clientSecret of options.clientSecrets().slice(0, 2)) {
      response = await post(path, form, call, clientSecret);
      if (!refusesClient(response)) break;
    }
    if (response === undefined) throw new PlatformError('E_TIKTOK_CLIENT_REJECTED', 'no client secret is configured');
    return openOAuthAnswer(response, operation);
  };

  return {
    async exchange(request) {
      const form = {
        grant_type: 'authorization_code',
        code: request.code,
        redirect_uri: request.redirectUri,
        ...(request.codeVerifier === undefined ? {} : { code_verifier: request.codeVerifier }),
      };
      const grant = readTokenGrant(await ask('exchange', '/v2/oauth/token/', form, request));
      if (grant.openId === undefined) throw invalidResponse('the token answer lacks open_id');
      return { ...grant, openId: grant.openId };
    },

    async refresh(request) {
      const form = { grant_type: 'refresh_token', refresh_token: request.refreshToken.reveal() };
      return readTokenGrant(await ask('refresh', '/v2/oauth/token/', form, request), request.refreshToken);
    },

    async revoke(request) {
      await ask('revoke', '/v2/oauth/revoke/', { token: request.accessToken.reveal() }, request);
    },

    close: () => transport.close(),
  };
};
