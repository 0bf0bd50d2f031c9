import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newOpaqueToken } from '../../domain/opaque-token.ts';
import { readCookie, writeCookie } from './cookies.ts';

describe('cookies', () => {
  it('come back as they were sent, whatever stands around them', () => {
    const stranger = fc.string({ maxLength: 20 }).filter((text) => !/[;=]|mine/.test(text));
    fc.assert(
      fc.property(fc.array(stranger), fc.array(stranger), (before, after) => {
        const token = newOpaqueToken();
        expect(readCookie([...before, `mine=${token}`, ...after].join('; '), 'mine')).toBe(token);
      }),
    );
  });

  it('are found by their whole name', () => {
    expect(readCookie('xtrendpot.sid=1; trendpot.sidx=2', 'trendpot.sid')).toBeUndefined();
    expect(readCookie(undefined, 'trendpot.sid')).toBeUndefined();
    expect(readCookie('trendpot.sid=first; trendpot.sid=second', 'trendpot.sid')).toBe('first');
  });

  it('are for this site alone, over https alone unless on this machine', () => {
    expect(writeCookie('a', 'b', { secure: true, maxAgeSeconds: 60 })).toBe(
      '__Host-a=b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure',
    );
    expect(writeCookie('a', 'b', { secure: false, maxAgeSeconds: 60 })).toBe(
      'a=b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax',
    );
  });

  it('cannot be made to carry more than a token', () => {
    expect(() => writeCookie('a', 'b; Domain=evil.example', { secure: true, maxAgeSeconds: 60 })).toThrow(TypeError);
  });
});
