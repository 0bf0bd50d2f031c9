import { VideoId, type EmbedVerdict, type UntrustedEmbed } from '@trendpot/contracts';
import { plainCaption } from './caption.ts';
import { findEmbed } from './find-embed.ts';
import { playerMarkup, playerUrl } from './player.ts';
import type { Reason } from './reasons.ts';
import { scanTags } from './scan-tags.ts';
import { trustedThumbnail } from './thumbnail.ts';
import { videoPage } from './tiktok-address.ts';

export interface Surroundings {
  readonly now: Date;
  /** Loopback `host:port` pairs whose pictures count as TikTok's. */
  readonly extraThumbnailHosts: ReadonlySet<string>;
}

const readMarkup = (html: string, videoId: string): { shareUrl?: string } | readonly Reason[] => {
  const scanned = scanTags(html);
  if (scanned.reasons.size > 0) return [...scanned.reasons].sort();
  const found = findEmbed(html, scanned, videoId);
  return typeof found === 'string' ? [found] : found;
};

const isRefusal = (read: { shareUrl?: string } | readonly Reason[]): read is readonly Reason[] => Array.isArray(read);

/**
 * Judges what TikTok sent for one video. A safe verdict holds nothing of the markup: the embed is made anew from the id
 * that was asked for, so hostile markup can at worst cost a video, never bring anything in. A pure function; judging its
 * own output gives the same output.
 */
export const sanitizeEmbed = (untrusted: UntrustedEmbed, surroundings: Surroundings): EmbedVerdict => {
  const { videoId, html } = untrusted;
  const reject = (reasons: readonly Reason[]): EmbedVerdict => ({
    videoId,
    verdict: 'rejected',
    reasons: [...reasons],
  });

  if (!VideoId.safeParse(videoId).success) return reject(['video-id']);
  const read = html === undefined || html.trim() === '' ? {} : readMarkup(html, videoId);
  if (isRefusal(read)) return reject(read);
  const shared = untrusted.shareUrl === undefined ? undefined : videoPage(untrusted.shareUrl);
  if (untrusted.shareUrl !== undefined && shared?.videoId !== videoId) return reject(['share-url']);

  const address = playerUrl(videoId);
  const thumbnail = trustedThumbnail(untrusted.thumbnailUrl, surroundings.now, surroundings.extraThumbnailHosts);
  return {
    videoId,
    verdict: 'safe',
    embed: { videoId, html: playerMarkup(videoId), playerUrl: address },
    // Without any page of the video, the player's own address is the one that TikTok documents.
    shareUrl: shared?.canonical ?? read.shareUrl ?? `https://www.tiktok.com/player/v1/${videoId}`,
    caption: plainCaption(untrusted.caption),
    ...(thumbnail === undefined ? {} : { thumbnail }),
  };
};
