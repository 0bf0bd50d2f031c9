import type { Creator } from './creators.ts';
import { oembedHtml, profileEmbedHtml } from './embed-html.ts';
import { findVideo } from './find-video.ts';
import { musicOf } from './music.ts';
import { coverUrl } from './pictures.ts';
import type { FakeState } from './state.ts';
import type { StoredVideo } from './stored-video.ts';

const HOSTS = /^(www\.|m\.|vm\.|vt\.)?tiktok\.com$/;
/** `@u/video/ID`, `@u/photo/ID`, `v/ID.html`, and the short link `/t/ID`, which is the id here. */
const VIDEO_PATH = /^\/(?:@[^/]+\/(?:video|photo)\/|v\/|t\/|)(\d{15,20})(?:\.html)?\/?$/;
const PROFILE_PATH = /^\/@([^/]+)\/?$/;

const ofVideo = (state: FakeState, creator: Creator, video: StoredVideo): Record<string, unknown> => {
  const { handle } = creator;
  const subject = { handle, videoId: video.id, caption: video.caption, music: musicOf(video.id, handle) };
  return {
    version: '1.0',
    type: 'video',
    title: video.caption,
    author_url: `https://www.tiktok.com/@${handle}`,
    author_name: creator.displayName,
    width: '100%',
    height: '100%',
    html: video.embedHtml ?? oembedHtml(subject),
    thumbnail_width: 576,
    thumbnail_height: 1024,
    thumbnail_url: coverUrl(video, { knobs: state.knobs, ownUrl: state.ownUrl, now: Date.now() }),
    provider_url: 'https://www.tiktok.com',
    provider_name: 'TikTok',
    author_unique_id: handle,
    embed_product_id: video.id,
    embed_type: 'video',
  };
};

const ofProfile = ({ handle, displayName }: Creator): Record<string, unknown> => ({
  version: '1.0',
  type: 'rich',
  title: `${displayName}'s Creator Profile`,
  author_url: `https://www.tiktok.com/@${handle}`,
  author_name: displayName,
  width: '100%',
  height: '100%',
  html: profileEmbedHtml(handle),
  provider_url: 'https://www.tiktok.com',
  provider_name: 'TikTok',
  author_unique_id: handle,
  embed_type: 'profile',
});

/** oEmbed's answer for an address; undefined where TikTok says that something went wrong. */
export const oembedOf = (state: FakeState, address: unknown): Record<string, unknown> | undefined => {
  if (typeof address !== 'string' || !URL.canParse(address)) return undefined;
  const { hostname, pathname } = new URL(address);
  if (!HOSTS.test(hostname)) return undefined;
  const found = findVideo(state.creators, VIDEO_PATH.exec(pathname)?.[1] ?? '');
  if (found !== undefined) return ofVideo(state, found.creator, found.video);
  const profile = state.creators.get(PROFILE_PATH.exec(pathname)?.[1] ?? '');
  return profile === undefined ? undefined : ofProfile(profile);
};
