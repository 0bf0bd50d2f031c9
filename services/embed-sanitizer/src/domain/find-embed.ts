import { parseFragment } from 'parse5';
import type { Reason } from './reasons.ts';
import type { Scanned } from './scan-tags.ts';
import { isProfilePage, playedVideo, videoPage } from './tiktok-address.ts';
import type { MarkupElement, MarkupNode } from './well-nested.ts';

const DEEPEST = 16;
const isElement = (node: MarkupNode): node is MarkupElement => 'tagName' in node;
const isBlank = (node: MarkupNode): boolean => 'value' in node && node.value.trim() === '';

const attribute = (element: MarkupElement, name: string): string | undefined =>
  element.attrs.find((candidate) => candidate.name === name)?.value;

/** What an embed says about itself. */
export interface FoundEmbed {
  /** The canonical address of the video's page, where the embed names it. */
  readonly shareUrl?: string;
}

const depthFault = (element: MarkupElement): Reason | undefined => {
  const queue: [MarkupElement, number][] = [[element, 1]];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const [parent, depth] = next;
    if (depth > DEEPEST) return 'too-deep';
    for (const child of parent.childNodes) {
      if (!isElement(child)) continue;
      if (['blockquote', 'iframe'].includes(child.tagName)) return 'several-embeds';
      if (child.tagName === 'script') return 'script';
      queue.push([child, depth + 1]);
    }
  }
  return undefined;
};

/** The id in the attribute, the id in the cited address and the id asked for are one. */
const readVideoQuote = (element: MarkupElement, videoId: string): FoundEmbed | Reason => {
  const page = videoPage(attribute(element, 'cite') ?? '');
  const isAskedFor = attribute(element, 'data-video-id') === videoId && page?.videoId === videoId;
  return isAskedFor ? { shareUrl: page.canonical } : 'video-id';
};

/** A creator's profile, which TikTok sends at times: it names no video, and none of it is used. Source: tiktok-api.md 5.1. */
const isProfileQuote = (element: MarkupElement): boolean =>
  attribute(element, 'data-embed-type') === 'creator' &&
  attribute(element, 'data-video-id') === undefined &&
  isProfilePage(attribute(element, 'cite') ?? '');

const readEmbed = (element: MarkupElement, videoId: string): FoundEmbed | Reason => {
  if (element.tagName === 'iframe') return playedVideo(attribute(element, 'src') ?? '') === videoId ? {} : 'video-id';
  if (attribute(element, 'class') !== 'tiktok-embed') return 'no-embed';
  return isProfileQuote(element) ? {} : readVideoQuote(element, videoId);
};

/** By a parser. What it makes of comments and the like is neither an element nor blank; `scanTags` has refused them. */
const parse = (html: string): readonly MarkupNode[] => parseFragment(html).childNodes as MarkupNode[];

/**
 * The one embed in markup whose tags `scanTags` has passed, if it is of the video asked for. Beside it there may be
 * TikTok's script, and nothing else.
 */
export const findEmbed = (html: string, scanned: Scanned, videoId: string): FoundEmbed | Reason => {
  const nodes = (scanned.nodes ?? parse(html)).filter((node) => !isBlank(node));
  const elements = nodes.filter(isElement);
  const embeds = elements.filter(({ tagName }) => ['blockquote', 'iframe'].includes(tagName));
  const scripts = elements.filter(({ tagName }) => tagName === 'script');
  const [embed] = embeds;
  if (embed === undefined) return 'no-embed';
  if (embeds.length > 1) return 'several-embeds';
  if (scripts.length > 1 || scripts.some(({ childNodes }) => childNodes.length > 0)) return 'script';
  if (nodes.length !== embeds.length + scripts.length) return 'stray-content';
  if (embed.tagName === 'iframe' && embed.childNodes.length > 0) return 'stray-content';
  return depthFault(embed) ?? readEmbed(embed, videoId);
};
