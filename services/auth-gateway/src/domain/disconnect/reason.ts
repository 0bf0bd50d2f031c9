/** The reasons offered on the page; the key travels in the form and the audit. */
export const REASONS = {
  'not-needed': 'I do not need it any more',
  privacy: 'I do not want to share my videos here',
  mistake: 'I connected by mistake or with the wrong account',
  other: 'Another reason',
} as const;
export type ReasonKey = keyof typeof REASONS;

const MAXIMUM_LENGTH = 500;

/** Control characters, also those that reorder text, which would let a reason lie about itself in a log. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** One line of plain text for the audit, never empty. */
export const auditReason = (reason: unknown, comment?: unknown): string => {
  const known = typeof reason === 'string' && Object.hasOwn(REASONS, reason) ? REASONS[reason as ReasonKey] : reason;
  const parts = [known, comment]
    .filter((part): part is string => typeof part === 'string')
    .map((part) => part.replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim())
    .filter((part) => part !== '');
  const text = parts.length === 0 ? 'no reason given' : parts.join(': ');
  // Cut by characters, then by UTF-16 units, which may leave half a character behind.
  return [...text]
    .slice(0, MAXIMUM_LENGTH)
    .join('')
    .slice(0, MAXIMUM_LENGTH)
    .replace(/\p{Cs}/gu, '');
};
