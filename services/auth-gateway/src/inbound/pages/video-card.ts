import type { Counts, SafeEmbed } from '@trendpot/contracts';
import type { StoredVideo } from '../../domain/ports.ts';
import { icon } from './drawings.ts';
import { html, trusted, type Markup } from './html.ts';
import { clockTime, compact, exact } from './numbers.ts';

const KINDS = [
  ['views', 'views'],
  ['likes', 'likes'],
  ['comments', 'comments'],
  ['shares', 'shares'],
] as const satisfies readonly (readonly [keyof Counts, string])[];

/** Pictures die after hours; until a fresh address comes, a colour that belongs to the video stands in. */
const TONES = 8;
const toneOf = (id: string): number => Number(id.slice(-4)) % TONES;

/** The stored player once more held against the only shape the sanitizer makes; anything else is not shown. */
const FRAME = /^<iframe [^<>]*><\/iframe>$/;
const player = ({ html: stored, playerUrl }: SafeEmbed): Markup | undefined =>
  // Safe: a single empty element without script attributes, made by the sanitizer out of digits.
  FRAME.test(stored) && !/\son\w+\s*=/i.test(stored) && stored.includes(new URL(playerUrl).origin)
    ? trusted(stored)
    : undefined;

const counts = (video: StoredVideo): Markup =>
  html`<dl class="counts">
    ${KINDS.map(([kind, label]) => {
      const value = video.counts[kind];
      return html`<div>
        <dt>${icon(kind)}<span class="sr">${label}</span></dt>
        <dd title="${value === undefined ? `${label}: not known yet` : `${exact(value)} ${label}`}">
          ${value === undefined ? html`<span aria-label="not known yet">–</span>` : compact(value)}
        </dd>
      </div>`;
    })}
  </dl>`;

export const videoCard = (video: StoredVideo, now: Date): Markup => {
  const embed = player(video.embed);
  const caption = video.caption === '' ? 'Video without a caption' : video.caption;
  const { thumbnail, durationSeconds } = video;
  const picture =
    thumbnail !== undefined && Date.parse(thumbnail.expiresAt) > now.getTime() ? thumbnail.url : undefined;
  return html`<li class="card" data-video="${video.id}">
    <article aria-label="${caption.slice(0, 120)}">
      <div class="stage tone-${toneOf(video.id)}">
        ${
          picture !== undefined &&
          html`<img src="${picture}" alt="" loading="lazy" decoding="async" referrerpolicy="no-referrer" />`
        }
        ${durationSeconds !== undefined && html`<span class="duration">${clockTime(durationSeconds)}</span>`}
        ${
          embed !== undefined &&
          html`<button class="play" type="button">
              ${icon('play')}<span class="sr">Play: ${caption.slice(0, 120)}</span></button
            ><template class="player">${embed}</template>`
        }
      </div>
      <p class="caption" dir="auto">${caption}</p>
      ${counts(video)}
      <p class="origin">
        <time datetime="${video.createdAt}" data-date>${video.createdAt.slice(0, 10)}</time>
        <a href="${video.shareUrl}" target="_blank" rel="noopener noreferrer">TikTok${icon('out')}</a>
      </p>
    </article>
  </li>`;
};
