import { VideoId, type EmbedVerdict, type UntrustedEmbed } from '@trendpot/contracts';
import type { EmbedSanitizer } from './ports.ts';
import type { CleanVideo, ListedVideo } from './video.ts';

export interface RefusedVideo {
  readonly videoId: string;
  readonly reasons: readonly string[];
}

export interface Sanitized {
  /** Each id once, in the order of the page. */
  readonly videos: readonly CleanVideo[];
  readonly refused: readonly RefusedVideo[];
}

export type SanitizeVideos = (requestId: string, listed: readonly ListedVideo[]) => Promise<Sanitized>;

const LONGEST_HTML = 65_536;
const LONGEST_CAPTION = 16_384;
const LONGEST_ADDRESS = 4096;
const MOST_AT_ONCE = 20;
/** Well below the 1 MiB that a NATS message may have. */
const MOST_BYTES_AT_ONCE = 500_000;

const address = (text: string | undefined): string | undefined =>
  text === undefined || text.length > LONGEST_ADDRESS ? undefined : text;

const untrusted = (video: ListedVideo): UntrustedEmbed => {
  const thumbnailUrl = address(video.thumbnailUrl);
  const shareUrl = address(video.shareUrl);
  return {
    videoId: video.videoId,
    ...(video.embedHtml === undefined ? {} : { html: video.embedHtml }),
    ...(thumbnailUrl === undefined ? {} : { thumbnailUrl }),
    ...(shareUrl === undefined ? {} : { shareUrl }),
    ...(video.caption === undefined ? {} : { caption: video.caption.slice(0, LONGEST_CAPTION) }),
  };
};

/** No character takes more than six bytes in JSON. */
const mostBytesOf = (embeds: readonly UntrustedEmbed[]): number =>
  embeds.flatMap((embed) => Object.values(embed)).reduce((bytes, text = '') => bytes + 6 * text.length, 2_000);

/** Parts that each fit into one request. */
export const inParts = (embeds: readonly UntrustedEmbed[]): UntrustedEmbed[][] => {
  if (embeds.length === 0) return [];
  if (embeds.length <= MOST_AT_ONCE && mostBytesOf(embeds) <= MOST_BYTES_AT_ONCE) return [[...embeds]];
  const parts: UntrustedEmbed[][] = [];
  let bytes = Infinity;
  for (const embed of embeds) {
    const size = Buffer.byteLength(JSON.stringify(embed));
    const last = parts.at(-1);
    if (last === undefined || last.length === MOST_AT_ONCE || bytes + size > MOST_BYTES_AT_ONCE) {
      parts.push([embed]);
      bytes = size;
    } else {
      last.push(embed);
      bytes += size;
    }
  }
  return parts;
};

const faultOf = (video: ListedVideo): string | undefined => {
  if (!VideoId.safeParse(video.videoId).success) return 'video-id';
  return (video.embedHtml?.length ?? 0) > LONGEST_HTML ? 'html-too-long' : undefined;
};

const judge = (listed: ListedVideo, verdict: EmbedVerdict | undefined): CleanVideo | RefusedVideo => {
  const { videoId } = listed;
  if (verdict === undefined) return { videoId, reasons: ['no-verdict'] };
  if (verdict.verdict === 'rejected') return { videoId, reasons: verdict.reasons };
  const { embed, shareUrl, caption, thumbnail } = verdict;
  return { listed, id: videoId, embed, shareUrl, caption, ...(thumbnail === undefined ? {} : { thumbnail }) };
};

/** Nothing TikTok sent gets further than this unless the sanitizer has passed it. */
export const makeSanitizeVideos =
  (sanitizer: EmbedSanitizer): SanitizeVideos =>
  async (requestId, listed) => {
    const unique = [...new Map(listed.map((video) => [video.videoId, video])).values()];
    const sendable = unique.filter((video) => faultOf(video) === undefined);
    const verdicts = new Map<string, EmbedVerdict>();
    for (const part of inParts(sendable.map(untrusted))) {
      for (const verdict of await sanitizer.sanitize(requestId, part)) verdicts.set(verdict.videoId, verdict);
    }
    const videos: CleanVideo[] = [];
    const refused: RefusedVideo[] = [];
    for (const video of unique) {
      const fault = faultOf(video);
      const judged =
        fault === undefined ? judge(video, verdicts.get(video.videoId)) : { videoId: video.videoId, reasons: [fault] };
      if ('reasons' in judged) refused.push(judged);
      else videos.push(judged);
    }
    return { videos, refused };
  };
