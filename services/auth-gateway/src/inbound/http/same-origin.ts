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

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * This machine has several names and a cookie belongs to one: whoever comes by another name than TikTok will send them
 * back to would have lost it by then. @returns the origin to use instead, if there is one.
 */
export const otherLoopbackName = (host: string | undefined, publicOrigin: string): string | undefined => {
  const ours = new URL(publicOrigin).host;
  if (host === undefined || host === ours || !LOOPBACK.test(host) || !LOOPBACK.test(ours)) return undefined;
  return host.replace(LOOPBACK, '$2') === ours.replace(LOOPBACK, '$2') ? publicOrigin : undefined;
};

/** Whether another site sent the browser here, as far as the browser says. */
export const comesFromElsewhere = (headers: IncomingHttpHeaders): boolean => {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
};
