import { CookieJar } from 'tough-cookie';

export interface PageAnswer {
  readonly status: number;
  readonly url: string;
  readonly location: string | undefined;
  readonly text: string;
}

/** What a browser does as far as the consent flow needs it: cookies, forms, and redirects one at a time. */
export interface Browser {
  get(url: string): Promise<PageAnswer>;
  post(url: string, fields: Readonly<Record<string, string>> | URLSearchParams): Promise<PageAnswer>;
  /** Follows redirects until a page answers. */
  follow(answer: PageAnswer): Promise<PageAnswer>;
  request(url: string, init?: RequestInit): Promise<Response>;
  cookieHeader(url: string): Promise<string>;
}

const MAXIMUM_REDIRECTS = 10;

export const openBrowser = (): Browser => {
  const jar = new CookieJar();

  const request = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    const cookies = await jar.getCookieString(url);
    if (cookies !== '') headers.set('cookie', cookies);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    await Promise.all(response.headers.getSetCookie().map((cookie) => jar.setCookie(cookie, url)));
    return response;
  };

  const page = async (url: string, init?: RequestInit): Promise<PageAnswer> => {
    const response = await request(url, init);
    const location = response.headers.get('location');
    return {
      status: response.status,
      url,
      location: location === null ? undefined : new URL(location, url).href,
      text: await response.text(),
    };
  };

  const get = (url: string): Promise<PageAnswer> => page(url, { headers: { accept: 'text/html' } });

  return {
    request,
    get,
    post: (url, fields) =>
      page(url, {
        method: 'POST',
        headers: {
          accept: 'text/html',
          'content-type': 'application/x-www-form-urlencoded',
          origin: new URL(url).origin,
          'sec-fetch-site': 'same-origin',
        },
        body: new URLSearchParams(fields),
      }),
    follow: async (answer) => {
      let current = answer;
      for (let hops = 0; current.location !== undefined; hops += 1) {
        if (hops === MAXIMUM_REDIRECTS)
          throw new Error(`more than ${MAXIMUM_REDIRECTS} redirects, last at ${current.url}`);
        current = await get(current.location);
      }
      return current;
    },
    cookieHeader: (url) => jar.getCookieString(url),
  };
};
