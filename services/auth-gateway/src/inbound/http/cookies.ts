/** Signed in: names a session. */
export const SESSION_COOKIE = 'trendpot.sid';
/** Binds an attempt to connect to the browser that began it; outlives the session it may lead to. */
export const BROWSER_COOKIE = 'trendpot.browser';

/**
 * The name a browser knows it by. Over https it says that nobody but this very host has set the cookie: a page of a
 * neighbouring host, or a http one, could plant any other, and with it a session of its own choice.
 */
export const cookieName = (name: string, secure: boolean): string => (secure ? `__Host-${name}` : name);

/** The first cookie of that name, as RFC 6265 parts them; undefined when there is none. */
export const readCookie = (header: string | undefined, name: string): string | undefined => {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
};

export interface CookieOptions {
  readonly secure: boolean;
  readonly maxAgeSeconds: number;
}

/**
 * A cookie that scripts cannot read and other sites cannot send along, except when a person follows a link here, which
 * is how TikTok sends them back. Values are tokens of ours: letters, digits, `-` and `_`.
 */
export const writeCookie = (name: string, value: string, { secure, maxAgeSeconds }: CookieOptions): string => {
  if (!/^[\w-]*$/.test(value)) throw new TypeError('a cookie value that needs quoting');
  const attributes = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return `${cookieName(name, secure)}=${value}; ${attributes}`;
};
