/** Display calls are those that TikTok's ceilings count. */
export type CallKind = 'display' | 'oauth' | 'other';

/** Every route as it is named in the call log, in faults and at gates. */
export const ROUTES = [
  '/v2/auth/authorize/',
  '/v2/auth/authorize/decision',
  '/v2/oauth/token/',
  '/v2/oauth/revoke/',
  '/v2/user/info/',
  '/v2/video/list/',
  '/v2/video/query/',
  '/v2/video/data/',
  '/oembed',
  '/player/v1/:id',
  '/thumbnails/:file',
  '/avatars/:file',
] as const;

const WITH_PARAMETER = ['/player/v1/', '/thumbnails/', '/avatars/'] as const;
/** The paths of TikTok's own picture servers, under which this one answers, too. */
const ALIASES: Readonly<Record<string, string>> = {
  '/tos-alisg-p-0037/': '/thumbnails/',
  '/tos-alisg-avt-0068/': '/avatars/',
};

/** The route a path belongs to; a path that no route has is its own. */
export const routeOf = (path: string): string => {
  const known = ROUTES.find((route) => route === path || route === `${path}/`);
  if (known !== undefined) return known;
  const alias = Object.keys(ALIASES).find((candidate) => path.startsWith(candidate));
  const prefix = ALIASES[alias ?? ''] ?? WITH_PARAMETER.find((candidate) => path.startsWith(candidate));
  return ROUTES.find((route) => prefix !== undefined && route.startsWith(`${prefix}:`)) ?? path;
};

export const kindOf = (route: string): CallKind => {
  if (route.startsWith('/v2/user/') || route.startsWith('/v2/video/')) return 'display';
  return route.startsWith('/v2/oauth/') ? 'oauth' : 'other';
};
