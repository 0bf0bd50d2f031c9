import { describe, expect, it } from '@jest/globals';
import { pictureOf } from './index.ts';

const NOW = new Date('2026-11-01T00:00:00Z');

describe("a creator's picture", () => {
  it('is kept with the time at which its signature ends', () => {
    const url = 'https://p16-sign-sg.tiktokcdn.com/tos/a~tplv.image?x-expires=1793000000&x-signature=a%3D';
    expect(pictureOf(url, NOW)).toEqual({ url, expiresAt: new Date(1_793_000_000_000).toISOString() });
  });

  it('lives six hours when its address does not say how long', () => {
    expect(pictureOf('https://p16.muscdn.com/a.jpeg', NOW)?.expiresAt).toBe('2026-11-01T06:00:00.000Z');
    expect(pictureOf('https://p16.muscdn.com/a.jpeg?x-expires=soon', NOW)?.expiresAt).toBe('2026-11-01T06:00:00.000Z');
  });

  it('lives no longer than thirty days, whatever its address says', () => {
    const expiresAt = (stated: string) =>
      pictureOf(`https://p16.muscdn.com/a.jpeg?x-expires=${stated}`, NOW)?.expiresAt;
    expect(expiresAt('999999999999')).toBe('2026-12-01T00:00:00.000Z');
    expect(expiresAt('253402300800')).toBe('2026-12-01T00:00:00.000Z');
  });

  it.each([
    'http://p16.tiktokcdn.com/a.jpeg',
    'https://p16.tiktokcdn.com.example.org/a.jpeg',
    'https://eviltiktokcdn.com/a.jpeg',
    'https://user:pass@p16.tiktokcdn.com/a.jpeg',
    'https://p16.tiktokcdn.com:8443/a.jpeg',
    'javascript:alert(1)',
    'data:image/png;base64,AAAA',
    `https://p16.tiktokcdn.com/${'a'.repeat(3000)}`,
    'not an address',
  ])('is refused from %s', (address) => {
    expect(pictureOf(address, NOW)).toBeUndefined();
  });
});
