import type { Music } from './music.ts';

export interface EmbedSubject {
  readonly handle: string;
  readonly videoId: string;
  readonly caption: string;
  readonly music: Music;
}

const SCRIPT = '<script async src="https://www.tiktok.com/embed.js"></script>';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** The caption with a link on every hashtag, its address percent-encoded. */
const linked = (caption: string, query: string): string =>
  caption
    .split(/(#[\p{L}\p{N}_]+)/u)
    .map((part) => {
      if (!part.startsWith('#') || part.length < 2) return escape(part);
      const tag = escape(part.slice(1));
      const address = `https://www.tiktok.com/tag/${encodeURIComponent(part.slice(1))}${query}`;
      return `<a title="${tag}" target="_blank" href="${address}">#${tag}</a>`;
    })
    .join('');

const section = ({ handle, caption, music }: EmbedSubject, query: string, musicPath: string): string => {
  const sound = escape(`♬ ${music.title}`);
  return (
    `<section> <a target="_blank" title="@${handle}" href="https://www.tiktok.com/@${handle}${query}">@${handle}</a>` +
    ` <p>${linked(caption, query)} </p>` +
    ` <a target="_blank" title="${sound}" href="https://www.tiktok.com/music/${musicPath}${query}">${sound}</a> </section>`
  );
};

/** `embed_html` as the Display API was recorded to return it: a raw ampersand in `cite`, a space before `>`, the script tag. */
export const apiEmbedHtml = (subject: EmbedSubject, clientKey: string): string => {
  const { handle, videoId, music } = subject;
  const path = `${music.id}-${encodeURIComponent(music.title).replaceAll('%20', '+')}`;
  return (
    `<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@${handle}/video/${videoId}?utm_campaign=tt4d_open_api&utm_source=${clientKey}"` +
    ` data-video-id="${videoId}" style="max-width: 605px;min-width: 325px;" > ${section(subject, '', path)} </blockquote> ${SCRIPT}`
  );
};

/** `html` as oEmbed was recorded to return it. */
export const oembedHtml = (subject: EmbedSubject): string => {
  const { handle, videoId, music } = subject;
  const path = `${encodeURIComponent(music.title.replace(/[^\p{L}\p{N}]+/gu, '-'))}-${music.id}`;
  return (
    `<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@${handle}/video/${videoId}" data-video-id="${videoId}"` +
    ` data-embed-from="oembed" style="max-width:605px; min-width:325px;"> ${section(subject, '?refer=embed', path)} </blockquote> ${SCRIPT}`
  );
};

/** `html` of a profile, as documented. */
export const profileEmbedHtml = (handle: string): string =>
  `<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@${handle}" data-unique-id="${handle}"  data-embed-type="creator"` +
  ` style="max-width: 720px; min-width: 288px;" data-embed-from="oembed"> <section> <a target="_blank"` +
  ` href="https://www.tiktok.com/@${handle}?refer=creator_embed">@${handle}</a> </section> </blockquote> ${SCRIPT}`;
