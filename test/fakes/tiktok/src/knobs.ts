/** How the fake behaves, changeable over HTTP while it runs. Source of every fact: TikTok's own pages, else recorded traffic. */
export interface Knobs {
  dialect: 'alignment' | 'published';
  accessTokenSeconds: number;
  refreshTokenSeconds: number;
  rotation: 'strict' | 'same-token';
  oauthErrorStatus: 200 | 400 | 401;
  grantedScopes: string[] | null;
  consentAgain: 'replaces' | 'joins';
  revokeBody: '' | '{}';
  errorEnvelope: 'with-data' | 'without-data';
  emptyLibrary: 'empty-list' | 'no-data';
  shortPages: boolean;
  emptyPage: number;
  repeatCursor: number;
  crawlingCursor: number;
  sameSecond: 'split' | 'together' | 'repeated';
  latencyMs: number;
  perMinute: number;
  limitPer: 'route' | 'app';
  perDay: number;
  concurrent: number;
  windowMs: number;
  dayMs: number;
  retryAfterSeconds: number;
  countsMissing: ('like_count' | 'comment_count' | 'share_count' | 'view_count')[];
  countGrowth: number;
  coverHost: 'tiktokcdn' | 'self';
  coverSeconds: number;
  codeSeconds: number;
}
