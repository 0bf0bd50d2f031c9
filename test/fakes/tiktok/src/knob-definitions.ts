import type { Knobs } from './knobs.ts';

type Check = (value: unknown) => boolean;

export interface KnobDefinition {
  readonly initial: Knobs[keyof Knobs];
  readonly accepts: Check;
  /** The row of the README says exactly this. */
  readonly meaning: string;
}

const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const whole: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const positive: Check = (value) => whole(value) && value !== 0;
const texts: Check = (value) => Array.isArray(value) && value.every((item) => typeof item === 'string');
const textsOrNull: Check = (value) => value === null || texts(value);
const COUNTS = ['like_count', 'comment_count', 'share_count', 'view_count'];
const counts: Check = (value) => texts(value) && (value as string[]).every((name) => COUNTS.includes(name));

const knob = (initial: Knobs[keyof Knobs], accepts: Check, meaning: string): KnobDefinition => ({
  initial,
  accepts,
  meaning,
});

export const KNOBS: Readonly<Record<keyof Knobs, KnobDefinition>> = {
  dialect: knob(
    'alignment',
    oneOf('alignment', 'published'),
    'Which endpoint answers for single videos and which scopes exist; the endpoint of the other dialect is a 404.',
  ),
  accessTokenSeconds: knob(7200, whole, 'Lifetime of an access token (published: 7200; older pages: 86400).'),
  refreshTokenSeconds: knob(
    15_552_000,
    whole,
    'Lifetime of a refresh token (published: 15552000, 180 days; older pages: 31536000).',
  ),
  rotation: knob(
    'strict',
    oneOf('strict', 'same-token'),
    'strict: a refresh kills the old refresh token at once. same-token: it is returned again.',
  ),
  oauthErrorStatus: knob(200, oneOf(200, 400, 401), 'HTTP status of OAuth errors; recorded traffic shows 200.'),
  grantedScopes: knob(null, textsOrNull, 'Scopes granted whatever was ticked; null: what was ticked.'),
  consentAgain: knob(
    'replaces',
    oneOf('replaces', 'joins'),
    'replaces: consenting again voids every token of before. joins: access tokens of before live on, and revoking with one of them ends the new consent too.',
  ),
  revokeBody: knob('{}', oneOf('', '{}'), 'Body of a successful revoke; both are documented.'),
  errorEnvelope: knob('with-data', oneOf('with-data', 'without-data'), 'Whether an API error carries an empty `data`.'),
  emptyLibrary: knob(
    'empty-list',
    oneOf('empty-list', 'no-data'),
    'How a list without any video answers: with an empty list, or ok without `data` at all.',
  ),
  shortPages: knob(false, oneOf(true, false), 'Pages hold a third of what was asked for although has_more is true.'),
  emptyPage: knob(
    0,
    whole,
    'The page with this number (from 1, counted per creator since the last first page) is empty although has_more is true; its videos come with the next one. 0: none.',
  ),
  repeatCursor: knob(
    0,
    whole,
    'This many list answers after a first page repeat the cursor they were asked with, with the page of that cursor and has_more true. A million is for ever.',
  ),
  crawlingCursor: knob(
    0,
    whole,
    'This many list answers after a first page are empty, with has_more true and a cursor one millisecond below the one they were asked with. A million is for ever.',
  ),
  sameSecond: knob(
    'split',
    oneOf('split', 'together', 'repeated'),
    'Videos of one second at the edge of a page; see "Paging" below.',
  ),
  latencyMs: knob(0, whole, 'Every answer waits this long.'),
  perMinute: knob(600, whole, 'Display calls answered in any sliding window of windowMs; 0: no limit.'),
  limitPer: knob(
    'route',
    oneOf('route', 'app'),
    'What perMinute counts: each route of an app by itself, as TikTok publishes, or all its Display calls together.',
  ),
  perDay: knob(0, whole, 'Display calls of an app answered in any sliding window of dayMs; 0: no limit.'),
  concurrent: knob(0, whole, 'Display calls answered at once; 0: no limit.'),
  windowMs: knob(60_000, positive, 'Length of the sliding window, so that a minute can be shorter in a test.'),
  dayMs: knob(86_400_000, positive, 'Length of the day of perDay.'),
  retryAfterSeconds: knob(0, whole, 'Retry-After of a 429; 0: none, as TikTok does.'),
  countsMissing: knob([], counts, 'Counts left out of every answer.'),
  countGrowth: knob(0, whole, 'Every count grows by this much each time a video is asked for by its id.'),
  coverHost: knob(
    'tiktokcdn',
    oneOf('tiktokcdn', 'self'),
    'Host of pictures: https://p16-sign-sg.tiktokcdn.com, or this server. This server answers under both paths.',
  ),
  coverSeconds: knob(
    21_600,
    whole,
    'Lifetime of a picture address, stated in x-expires; after it the picture is a 403.',
  ),
  codeSeconds: knob(600, whole, 'Lifetime of an authorization code.'),
};

export const initialKnobs = (): Knobs =>
  Object.fromEntries(
    Object.entries(KNOBS).map(([name, { initial }]) => [name, structuredClone(initial)]),
  ) as unknown as Knobs;

/** The faults of a change; empty when it was applied. A change with any fault changes nothing. */
export const turnKnobs = (knobs: Knobs, changes: Readonly<Record<string, unknown>>): string[] => {
  const faults = Object.entries(changes).flatMap(([name, value]) => {
    const definition = Object.hasOwn(KNOBS, name) ? KNOBS[name as keyof Knobs] : undefined;
    if (definition === undefined) return [`there is no knob ${name}`];
    return definition.accepts(value) ? [] : [`${name} does not accept this value`];
  });
  if (faults.length === 0) Object.assign(knobs, structuredClone(changes));
  return faults;
};
