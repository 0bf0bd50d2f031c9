import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { safeReturnPath } from './return-path.ts';

const SITE = 'https://connect.example';

/** Pieces that have fooled checks of this kind. */
const piece = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom(
    '/',
    '//',
    '\\',
    '/\\',
    '\t',
    '\n',
    '\0',
    '.',
    '..',
    '/../',
    '%2f',
    '%5c',
    '@',
    ':',
    'https:',
    'javascript:',
    'evil.example',
    '?',
    '#',
  ),
);
const hostile = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

describe('a return path', () => {
  it('never leads to another site, whatever a browser makes of it', () => {
    fc.assert(
      fc.property(hostile, (candidate) => {
        const path = safeReturnPath(candidate);
        if (path === undefined) return;
        const target = new URL(path, SITE);
        expect(target.origin).toBe(SITE);
        expect(path.startsWith('/')).toBe(true);
        expect(path.startsWith('//')).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });

  it('stays the same when it is checked again', () => {
    fc.assert(
      fc.property(hostile, (candidate) => {
        const path = safeReturnPath(candidate);
        if (path !== undefined) expect(safeReturnPath(path)).toBe(path);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['/account', '/account?account=acc_1&cursor=x', '/account#videos', '/'])('lets %s pass', (path) => {
    expect(safeReturnPath(path)).toBe(path);
  });

  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/..//evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
    ' /account',
    'account',
    '',
    `/${'a'.repeat(600)}`,
    undefined,
    ['/account'],
  ])('refuses %j', (path) => {
    expect(safeReturnPath(path)).toBeUndefined();
  });
});
