interface Redirects {
  readonly TIKTOK_DISPLAY_OAUTH_REDIRECT?: string | undefined;
  readonly TIKTOK_REDIRECT_URI?: string | undefined;
}

/** As registered at TikTok; the first that is set counts. */
export const givenRedirectOf = (settings: Redirects): string | undefined =>
  settings.TIKTOK_DISPLAY_OAUTH_REDIRECT ?? settings.TIKTOK_REDIRECT_URI;

/** Where browsers find the pages: as given, else the origin of the redirect address, else `here`. */
export const publicOriginOf = (given: string | undefined, redirect: string | undefined, here: string): string => {
  if (given !== undefined) return given;
  return redirect === undefined ? here : new URL(redirect).origin;
};
