import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request that changes something comes from our own pages. Browsers say so in `Sec-Fetch-Site`; older ones send
 * `Origin` with every such request. Neither header means that it is not a browser's form or script, and cookies alone are no
 * reason to trust it.
 */
export const isSameOrigin = (headers: IncomingHttpHeaders, publicOrigin: string): boolean => {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  if (origin === undefined || !URL.canParse(origin)) return false;
  return origin === publicOrigin || (host !== undefined && new URL(origin).host === host.toLowerCase());
};

/** Whether another site sent the browser here, as far as the browser says. */
export const comesFromElsewhere = (headers: IncomingHttpHeaders): boolean => {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
};
