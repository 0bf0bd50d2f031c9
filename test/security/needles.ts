import type { KnownSecret } from './known-secrets.ts';

/** Bytes that show a secret, in one way of writing it. */
export interface Needle {
  readonly secret: string;
  readonly encoding: string;
  readonly bytes: Buffer;
}

/** So many bytes of a secret in a row are a leak, whether the rest is there or not. */
const FRAGMENT_BYTES = 16;

const fragmentsOf = (value: Buffer): readonly Buffer[] => {
  if (value.length < FRAGMENT_BYTES) throw new RangeError('too short to be told from chance');
  const starts = new Set([0, (value.length - FRAGMENT_BYTES) >> 1, value.length - FRAGMENT_BYTES]);
  return [...starts].map((start) => value.subarray(start, start + FRAGMENT_BYTES));
};

/**
 * What is certain of the base64 of something that has these bytes at some place in it: one text for each of the three
 * ways they can fall on base64's groups of three, without the characters that depend on their neighbours.
 */
const base64Cores = (bytes: Buffer): readonly string[] =>
  [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const unsureAtStart = shift === 0 ? 0 : shift + 1;
    const unsureAtEnd = (shift + bytes.length) % 3 === 0 ? 0 : 1;
    return text.slice(unsureAtStart, text.length - unsureAtEnd);
  });

const urlEncoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

const isText = (value: Buffer): boolean => /^[\x20-\x7e]+$/.test(value.toString('latin1'));

/** Every way one secret may be written. */
export const needlesOf = ({ name, value }: KnownSecret): readonly Needle[] => {
  const found = new Map<string, Needle>();
  const add = (encoding: string, text: string | Buffer): void => {
    const bytes = Buffer.from(text as string);
    const key = bytes.toString('latin1');
    if (!found.has(key)) found.set(key, { secret: name, encoding, bytes });
  };
  for (const fragment of fragmentsOf(value)) {
    add('raw', fragment);
    add('utf-16', Buffer.from(fragment.toString('latin1'), 'utf16le'));
    for (const core of base64Cores(fragment)) {
      add('base64', core);
      add('base64url', core.replaceAll('+', '-').replaceAll('/', '_'));
    }
    add('hex', fragment.toString('hex'));
    add('upper-case hex', fragment.toString('hex').toUpperCase());
    add('list of numbers', [...fragment].join(','));
    if (isText(value)) {
      const encoded = urlEncoded(fragment.toString('latin1'));
      add('URL-encoded', encoded);
      add('twice URL-encoded', urlEncoded(encoded));
    }
  }
  return [...found.values()];
};
