import { OpenId } from '@trendpot/contracts';
import { secret, type Secret } from '@trendpot/secrets';
import { z } from 'zod';
import { invalidResponse, isObject, type JsonObject } from './json-body.ts';

/**
 * The shorter of the two lifetimes TikTok documents for each token, for an answer that names none: a pair that was
 * issued replaces the one before, so it is never thrown away for a missing number. Source: tiktok-api.md 1.4.
 */
const SHORTEST_ACCESS_SECONDS = 7200;
const SHORTEST_REFRESH_SECONDS = 15_552_000;

/** What TikTok hands out for a code or a refresh token. */
export interface TokenGrant {
  readonly accessToken: Secret;
  readonly refreshToken: Secret;
  readonly accessExpiresInSeconds: number;
  readonly refreshExpiresInSeconds: number;
  /** TikTok's name of the creator for this app. */
  readonly openId?: string;
  /** What the creator really granted; absent when TikTok does not say, which means: what was asked for. */
  readonly scopes?: readonly string[];
}

const token = z.string().min(1).max(4096);
const seconds = z.coerce.number().int().min(1).max(10_000_000_000).optional().catch(undefined);

const Wire = z.object({
  access_token: token,
  refresh_token: token.optional().catch(undefined),
  expires_in: seconds,
  refresh_expires_in: seconds,
  open_id: OpenId.optional().catch(undefined),
  scope: z.string().max(1024).optional().catch(undefined),
});

/**
 * The grant in a token answer, flat as the API documents it or in `data` as its first version had it.
 *
 * @param current the refresh token that was sent: it stays when the answer brings no other one
 * @throws PlatformError E_TIKTOK_RESPONSE_INVALID that names what is missing, never a value
 */
export const readTokenGrant = (body: JsonObject, current?: Secret): TokenGrant => {
  const parsed = Wire.safeParse(isObject(body['data']) ? body['data'] : body);
  if (!parsed.success) throw invalidResponse('the token answer lacks a usable access_token');
  const wire = parsed.data;
  const refreshToken = wire.refresh_token === undefined ? current : secret(wire.refresh_token);
  if (refreshToken === undefined) throw invalidResponse('the token answer lacks refresh_token');
  return {
    accessToken: secret(wire.access_token),
    refreshToken,
    accessExpiresInSeconds: wire.expires_in ?? SHORTEST_ACCESS_SECONDS,
    refreshExpiresInSeconds: wire.refresh_expires_in ?? SHORTEST_REFRESH_SECONDS,
    ...(wire.open_id === undefined ? {} : { openId: wire.open_id }),
    ...(wire.scope === undefined ? {} : { scopes: wire.scope.split(/[\s,]+/).filter((name) => name !== '') }),
  };
};
