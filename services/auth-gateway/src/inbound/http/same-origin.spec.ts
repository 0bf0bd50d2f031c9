import { describe, expect, it } from '@jest/globals';
import { isSameOrigin, otherLoopbackName } from './same-origin.ts';

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

describe('a visitor of this machine', () => {
  it('is led to the name that TikTok will send them back to', () => {
    expect(otherLoopbackName('127.0.0.1:8080', 'http://localhost:8080')).toBe('http://localhost:8080');
    expect(otherLoopbackName('localhost:8080', 'http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
  });

  it.each([
    ['localhost:8080', 'http://localhost:8080'],
    ['127.0.0.1:9', 'http://localhost:8080'],
    ['connect.example', 'https://connect.example'],
    ['10.0.0.7:8080', 'https://connect.example'],
    [undefined, 'http://localhost:8080'],
  ])('at %s of %s stays where they are', (host, publicOrigin) => {
    expect(otherLoopbackName(host, publicOrigin)).toBeUndefined();
  });
});
