/** Description and music are shown, because they name the creator; other creators' videos are not offered at the end. */
const FLAGS = 'description=1&music_info=1&rel=0';

/** TikTok's documented player of one video. Source: tiktok-api.md 5.2. */
export const playerUrl = (videoId: string): string => `https://www.tiktok.com/player/v1/${videoId}?${FLAGS}`;

/**
 * The only markup this service ever hands out: one frame, made of the id and nothing else.
 *
 * - `sandbox`: `allow-scripts` because the player is a script; `allow-same-origin` because it needs its own cookies and
 *   storage, which is safe as its origin is never ours; `allow-popups` for the link to the creator. Navigating our page,
 *   forms, dialogs and downloads stay forbidden.
 * - `allow`: full screen and protected media; camera, microphone, location and payment stay forbidden.
 * - `referrerpolicy`: TikTok learns the site, not the page.
 */
export const playerMarkup = (videoId: string): string =>
  `<iframe src="${playerUrl(videoId).replaceAll('&', '&amp;')}" title="TikTok video" width="325" height="578"` +
  ' sandbox="allow-scripts allow-same-origin allow-popups" allow="encrypted-media; fullscreen"' +
  ' referrerpolicy="strict-origin-when-cross-origin" loading="lazy"></iframe>';
