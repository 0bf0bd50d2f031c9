import type { Reason } from './reasons.ts';
import { addressFault } from './tiktok-address.ts';

/** The only script an embed may bring. It is recognised, never forwarded. */
const EMBED_SCRIPT = 'https://www.tiktok.com/embed.js';

type Check = (value: string) => Reason | undefined;
type Attributes = Readonly<Record<string, Check>>;

const anyText: Check = () => undefined;
const matching =
  (pattern: RegExp, otherwise: Reason = 'attribute'): Check =>
  (value) =>
    pattern.test(value) ? undefined : otherwise;

const sizeOnly: Check = (value) => {
  const declarations = value.split(';').filter((declaration) => declaration.trim() !== '');
  return declarations.every((declaration) => /^\s*(?:max|min)-(?:width|height)\s*:\s*\d{1,4}px\s*$/.test(declaration))
    ? undefined
    : 'style';
};

const size = matching(/^\d{1,4}%?$/);
const flag = matching(/^(?:|true|1|async|defer|allowfullscreen)$/);
const words = matching(/^[a-z -]{0,200}$/);

/** Every element that an embed of TikTok has, with its attributes. Source: tiktok-api.md 3.3, 5.1. */
const ELEMENTS: ReadonlyMap<string, Attributes> = new Map<string, Attributes>([
  [
    'blockquote',
    {
      class: matching(/^tiktok-embed$/),
      cite: addressFault,
      'data-video-id': matching(/^\d{6,20}$/, 'video-id'),
      'data-unique-id': matching(/^[\w.]{1,64}$/),
      'data-embed-type': matching(/^[a-z]{1,32}$/),
      'data-embed-from': matching(/^[a-z_-]{1,32}$/),
      style: sizeOnly,
    },
  ],
  ['a', { href: addressFault, title: anyText, target: matching(/^_blank$/), rel: words }],
  ['script', { src: (value) => (value === EMBED_SCRIPT ? undefined : 'script'), async: flag, defer: flag }],
  [
    'iframe',
    {
      src: addressFault,
      title: anyText,
      width: size,
      height: size,
      frameborder: matching(/^[01]$/),
      scrolling: matching(/^(?:yes|no|auto)$/),
      sandbox: words,
      allow: matching(/^[a-z; -]{0,200}$/),
      allowfullscreen: flag,
      referrerpolicy: words,
      loading: matching(/^(?:lazy|eager)$/),
    },
  ],
  ...['section', 'p', 'span', 'strong', 'b', 'em', 'i', 'br'].map((name): [string, Attributes] => [name, {}]),
]);

/** What is wrong with a tag of this name. */
export const elementFault = (name: string): Reason | undefined => {
  if (ELEMENTS.has(name)) return undefined;
  return name === 'style' ? 'style' : 'element';
};

/** What is wrong with an attribute of an element that is itself allowed. */
export const attributeFault = (element: string, name: string, value: string): Reason | undefined => {
  if (name.startsWith('on')) return 'event-handler';
  const allowed = ELEMENTS.get(element) ?? {};
  return Object.hasOwn(allowed, name) ? allowed[name]?.(value) : 'attribute';
};
