import { givenRedirectOf, publicOriginOf } from '@trendpot/config';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export const isLoopback = (address: string): boolean => LOOPBACK.has(new URL(address).hostname);

export const CALLBACK_PATH = '/auth/tiktok/callback';

interface Addresses {
  readonly PORT: number;
  readonly PUBLIC_ORIGIN?: string | undefined;
  readonly TIKTOK_DISPLAY_OAUTH_REDIRECT?: string | undefined;
  readonly TIKTOK_REDIRECT_URI?: string | undefined;
}

/** Where browsers find this service. */
export const originOf = (settings: Addresses): string =>
  publicOriginOf(
    settings.PUBLIC_ORIGIN,
    givenRedirectOf(settings),
    `http://localhost:${settings.PORT === 0 ? 8080 : settings.PORT}`,
  );

/** Whether a browser that TikTok sends to this address reaches the callback, with the cookies it got at the origin. */
export const leadsToCallback = (redirect: string, publicOrigin: string): boolean => {
  const { protocol, hostname, pathname } = new URL(redirect);
  const ours = new URL(publicOrigin);
  return protocol === ours.protocol && hostname === ours.hostname && pathname === CALLBACK_PATH;
};
