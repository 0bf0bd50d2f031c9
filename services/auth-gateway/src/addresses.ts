const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export const isLoopback = (address: string): boolean => LOOPBACK.has(new URL(address).hostname);

interface Addresses {
  readonly PORT: number;
  readonly PUBLIC_ORIGIN?: string | undefined;
  readonly TIKTOK_DISPLAY_OAUTH_REDIRECT?: string | undefined;
  readonly TIKTOK_REDIRECT_URI?: string | undefined;
}

/** As registered at TikTok; the first that is set counts. */
export const givenRedirectOf = (settings: Addresses): string | undefined =>
  settings.TIKTOK_DISPLAY_OAUTH_REDIRECT ?? settings.TIKTOK_REDIRECT_URI;

/** Where browsers find this service: as given, else the origin of the redirect address, else this machine. */
export const publicOriginOf = (settings: Addresses): string => {
  const given = givenRedirectOf(settings);
  if (settings.PUBLIC_ORIGIN !== undefined) return settings.PUBLIC_ORIGIN;
  return given === undefined ? `http://localhost:${settings.PORT === 0 ? 8080 : settings.PORT}` : new URL(given).origin;
};
