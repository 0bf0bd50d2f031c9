/** Why an embed was refused; a closed list, so that a reason can be logged and counted and never carries a piece of markup. */
export const REASONS = {
  'html-too-long': 'The markup is longer than any embed of TikTok.',
  'too-many-tags': 'More tags than a caption of the greatest length can hold.',
  'too-deep': 'Elements nested deeper than TikTok nests them.',
  'control-character': 'A control character, which readers of markup disagree about.',
  element: 'An element that no embed of TikTok has.',
  attribute: 'An attribute that no embed of TikTok has, or a value it never has there.',
  'duplicate-attribute': 'The same attribute twice: readers disagree about which one counts.',
  'event-handler': 'An attribute that would run script.',
  script: 'A script other than exactly https://www.tiktok.com/embed.js, or one with text in it, or a second one.',
  style: 'A style element, or a style other than the size of the embed.',
  comment: 'A comment, CDATA section or processing instruction.',
  doctype: 'A document type.',
  'url-spelling': 'An address with white space, control characters or backslashes, or spelt unlike any of TikTok’s.',
  'url-scheme': 'An address that is not https.',
  'url-host': 'An address on another host than www.tiktok.com.',
  'no-embed': 'No embed was found in the markup.',
  'several-embeds': 'More than one embed, or one inside another.',
  'stray-content': 'Text or elements beside the embed.',
  'video-id': 'The embed is of another video than the one asked for, or of none.',
  'share-url': 'The share address is not that of this video on https://www.tiktok.com.',
} as const;

export type Reason = keyof typeof REASONS;
