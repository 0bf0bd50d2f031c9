import { describe, expect, it } from '@jest/globals';
import { isSameOrigin } from './same-origin.ts';

const SITE = 'https://connect.example';

describe('a changing request', () => {
  it.each([
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-site', origin: SITE }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: SITE }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ origin: SITE }, true],
    [{ origin: 'http://127.0.0.1:9', host: '127.0.0.1:9' }, true],
    [{ origin: 'https://evil.example', host: 'connect.example' }, false],
    [{ origin: `${SITE}.evil.example`, host: 'connect.example' }, false],
    [{ origin: 'null', host: 'connect.example' }, false],
    [{ host: 'connect.example' }, false],
    [{}, false],
  ])('with %j is from our own pages: %s', (headers, own) => {
    expect(isSameOrigin(headers, SITE)).toBe(own);
  });
});
