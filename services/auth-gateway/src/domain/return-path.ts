const ORIGIN = 'https://this-site.invalid';
const MAXIMUM_LENGTH = 512;

/** Printable ASCII without a backslash, which browsers read as a slash. */
const PLAIN = /^\/[\x21-\x5b\x5d-\x7e]*$/;

/**
 * A path of our own site to go back to, or undefined for anything that could lead elsewhere: another host, a scheme,
 * `//host`, a backslash, a control character. Only what a browser resolves to our own origin passes.
 */
export const safeReturnPath = (candidate: unknown): string | undefined => {
  if (typeof candidate !== 'string' || candidate.length > MAXIMUM_LENGTH || !PLAIN.test(candidate)) return undefined;
  if (candidate.startsWith('//') || !URL.canParse(candidate, ORIGIN)) return undefined;
  const { origin, pathname, search, hash } = new URL(candidate, ORIGIN);
  // Dots may fold a harmless path into `//host`; what is sent is what was checked.
  if (origin !== ORIGIN || pathname.startsWith('//')) return undefined;
  return `${pathname}${search}${hash}`;
};
