/**
 * Names the wording below. It is stored with every grant, so it changes whenever a word of the wording does; a test
 * holds the two together.
 */
export const CONSENT_COPY_VERSION = '2025-11.1';

export interface ConsentCopy {
  readonly version: string;
  /** The sentence that compliance asked for, verbatim. */
  readonly statement: string;
  readonly permissions: readonly { readonly scope: string; readonly title: string; readonly words: string }[];
  readonly promises: readonly string[];
}

const WORDS: Readonly<Record<string, readonly [title: string, words: string]>> = {
  'user.info.basic': [
    'Who you are on TikTok',
    'Your display name and picture, so that you recognise your account here.',
  ],
  'video.list': ['Your public videos', 'The list of videos you have made public, so that they can appear in TrendPot.'],
  'video.data': ['Their numbers', 'Views, likes, comments and shares in total. Never who watched or wrote.'],
  'webhook.subscription': ['News of changes', 'A notice from TikTok when you end the connection there.'],
  'user.info.profile': ['Your profile', 'Your public profile text and link.'],
  'user.info.stats': ['Your profile’s numbers', 'How many followers, likes and videos your profile shows.'],
  'video.publish': ['Publishing', 'Publishing a video that you send from TrendPot.'],
  'video.upload': ['Uploading', 'Uploading a draft that you send from TrendPot.'],
};

const PROMISES = [
  'TrendPot will show your videos through TikTok’s own player. It does not copy them.',
  'TrendPot will keep your access sealed with a managed key. No person can read it.',
  'TrendPot will erase your videos, their numbers and your access when you disconnect. You can do that here at any time.',
] as const;

/** What the creator is told before going to TikTok, for exactly the scopes that will be asked for. */
export const consentCopy = (scopes: readonly string[]): ConsentCopy => ({
  version: CONSENT_COPY_VERSION,
  statement: 'TrendPot will ingest approved TikTok videos and refresh their metrics periodically.',
  permissions: scopes.map((scope) => {
    const [title, words] = WORDS[scope] ?? [scope, 'A permission of TikTok.'];
    return { scope, title, words };
  }),
  promises: PROMISES,
});
