import { describe, expect, it } from '@jest/globals';
import { trustedThumbnail } from './thumbnail.ts';

const NOW = new Date('2026-11-01T12:00:00Z');
const IN_A_DAY = Math.floor(NOW.getTime() / 1000) + 86_400;
const judge = (address: string | undefined, extra: readonly string[] = []) =>
  trustedThumbnail(address, NOW, new Set(extra));

describe('a thumbnail', () => {
  it.each(
    [
      'p16-sign-sg.tiktokcdn.com',
      'p16-sign.tiktokcdn-us.com',
      'p16-common-sign.tiktokcdn-us.com',
      'p19-sign.tiktokcdn-us.com',
      'p16.muscdn.com',
    ].map((host) => [host]),
  )('on %s is TikTok’s', (host) => {
    const url = `https://${host}/tos-alisg-p-0037/49b5~tplv-noop.image?x-expires=${IN_A_DAY}&x-signature=Fj%3D&refresh_token=f8`;
    expect(judge(url)).toEqual({ url, expiresAt: '2026-11-02T12:00:00.000Z' });
  });

  it.each([
    'https://evil.example/x.webp',
    'https://tiktokcdn.com.evil.example/x.webp',
    'https://eviltiktokcdn.com/x.webp',
    'http://p16-sign-sg.tiktokcdn.com/x.webp',
    'https://p16-sign-sg.tiktokcdn.com:8443/x.webp',
    'https://user@p16-sign-sg.tiktokcdn.com/x.webp',
    'https://p16-sign-sg.tiktokcdn.com@evil.example/x.webp',
    '//p16-sign-sg.tiktokcdn.com/x.webp',
    'javascript:alert(1)',
    'data:image/svg+xml,<svg onload=alert(1)>',
    'http://127.0.0.1:9000/x.svg',
    '',
  ])('at %j is not taken', (address) => {
    expect(judge(address)).toBeUndefined();
  });

  it('lives six hours when it does not say, and never longer than thirty days', () => {
    const base = 'https://p16-sign-sg.tiktokcdn.com/x.webp';
    expect(judge(base)?.expiresAt).toBe('2026-11-01T18:00:00.000Z');
    expect(judge(`${base}?x-expires=soon`)?.expiresAt).toBe('2026-11-01T18:00:00.000Z');
    expect(judge(`${base}?x-expires=99999999999`)?.expiresAt).toBe('2026-12-01T12:00:00.000Z');
  });

  it('that is dead already is left out', () => {
    expect(judge('https://p16-sign-sg.tiktokcdn.com/x.webp?x-expires=1657851434')).toBeUndefined();
  });

  it('comes from this machine only where that was configured', () => {
    expect(judge('http://127.0.0.1:9000/x.svg', ['127.0.0.1:9000'])?.url).toBe('http://127.0.0.1:9000/x.svg');
    expect(judge('http://127.0.0.1:9001/x.svg', ['127.0.0.1:9000'])).toBeUndefined();
    expect(judge('ftp://127.0.0.1:9000/x.svg', ['127.0.0.1:9000'])).toBeUndefined();
  });

  it('cannot break out of an attribute', () => {
    const url = judge('https://p16-sign-sg.tiktokcdn.com/x"onerror="y.webp?a="><script>&b=\'')?.url;
    expect(url).not.toMatch(/["<>]/);
  });
});
