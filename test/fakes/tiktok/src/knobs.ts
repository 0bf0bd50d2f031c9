/** How the fake behaves, changeable over HTTP while it runs. Source of every fact: TikTok's own pages, else recorded traffic. */
export interface Knobs {
  dialect: 'alignment' | 'published';
  accessTokenSeconds: number;
  refreshTokenSeconds: number;
  rotation: 'strict' | 'same-token';
  oauthErrorStatus: 200 | 400;
  grantedScopes: string[] | null;
  revokeBody: '' | '{}';
  errorEnvelope: 'with-data' | 'without-data';
  emptyLibrary: 'empty-list' | 'no-data';
  shortPages: boolean;
  emptyPage: number;
  repeatCursor: number;
  sameSecond: 'together' | 'repeated' | 'split';
  latencyMs: number;
  perMinute: number;
  perDay: number;
  concurrent: number;
  windowMs: number;
  retryAfterSeconds: number;
  countsMissing: ('like_count' | 'comment_count' | 'share_count' | 'view_count')[];
  countGrowth: number;
  coverHost: 'tiktokcdn' | 'self';
  codeSeconds: number;
}

type Check = (value: unknown) => boolean;

export interface KnobDefinition {
  readonly initial: Knobs[keyof Knobs];
  readonly accepts: Check;
  readonly meaning: string;
}

const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const whole: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const texts: Check = (value) => Array.isArray(value) && value.every((item) => typeof item === 'string');
const COUNTS = ['like_count', 'comment_count', 'share_count', 'view_count'];

const knob = (initial: Knobs[keyof Knobs], accepts: Check, meaning: string): KnobDefinition => ({
  initial,
  accepts,
  meaning,
});

export const KNOBS: Readonly<Record<keyof Knobs, KnobDefinition>> = {
  dialect: knob(
    'alignment',
    oneOf('alignment', 'published'),
    'Which endpoint answers for single videos and which scopes exist.',
  ),
  accessTokenSeconds: knob(7200, whole, 'Lifetime of an access token (published: 7200; older pages: 86400).'),
  refreshTokenSeconds: knob(15_552_000, whole, 'Lifetime of a refresh token (published: 180 days).'),
  rotation: knob(
    'strict',
    oneOf('strict', 'same-token'),
    'strict: a refresh kills the old refresh token at once. same-token: it is returned again.',
  ),
  oauthErrorStatus: knob(200, oneOf(200, 400), 'HTTP status of OAuth errors; recorded traffic shows 200.'),
  grantedScopes: knob(
    null,
    (value) => value === null || texts(value),
    'Scopes granted whatever was ticked; null: what was ticked.',
  ),
  revokeBody: knob('{}', oneOf('', '{}'), 'Body of a successful revoke; both are documented.'),
  errorEnvelope: knob('with-data', oneOf('with-data', 'without-data'), 'Whether an API error carries an empty `data`.'),
  emptyLibrary: knob('empty-list', oneOf('empty-list', 'no-data'), 'How a library without videos answers.'),
  shortPages: knob(false, oneOf(true, false), 'Pages hold fewer videos than asked for although has_more is true.'),
  emptyPage: knob(0, whole, 'The page with this number (from 1) is empty although has_more is true; 0: none.'),
  repeatCursor: knob(0, whole, 'This many list answers repeat the cursor they were asked with, and the same page.'),
  sameSecond: knob(
    'together',
    oneOf('together', 'repeated', 'split'),
    'Videos of one second at a page edge: held over to the next page, repeated on it, or split so that only an overlapping cursor finds them.',
  ),
  latencyMs: knob(0, whole, 'Every API answer waits this long.'),
  perMinute: knob(600, whole, 'Display calls allowed in any sliding window, per app; 0: no limit.'),
  perDay: knob(0, whole, 'Display calls allowed in all; 0: no limit.'),
  concurrent: knob(0, whole, 'Display calls allowed at once; 0: no limit.'),
  windowMs: knob(60_000, whole, 'Length of the sliding window.'),
  retryAfterSeconds: knob(0, whole, 'Retry-After of a 429; 0: none, as TikTok does.'),
  countsMissing: knob(
    [],
    (value) => texts(value) && (value as string[]).every((name) => COUNTS.includes(name)),
    'Counts left out of every answer.',
  ),
  countGrowth: knob(0, whole, 'Every count grows by this much each time a video is asked for by its id.'),
  coverHost: knob(
    'tiktokcdn',
    oneOf('tiktokcdn', 'self'),
    "Host of cover pictures: one that looks like TikTok's, or this server, which then serves them.",
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
    const definition = (KNOBS as Record<string, KnobDefinition | undefined>)[name];
    if (definition === undefined) return [`there is no knob ${name}`];
    return definition.accepts(value) ? [] : [`${name} does not accept this value`];
  });
  if (faults.length === 0) Object.assign(knobs, changes);
  return faults;
};
