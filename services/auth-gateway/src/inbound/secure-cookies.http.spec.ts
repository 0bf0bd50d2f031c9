import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callbackOf, startGateway, type GatewayUnderTest } from '../../test/start-gateway.ts';

describe('cookies of a gateway behind https', () => {
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await startGateway({ PUBLIC_ORIGIN: 'https://connect.example', TRENDPOT_SIGN_IN_RATE_PER_MIN: '1000' });
  }, 60_000);
  afterAll(() => gateway?.stop());

  const send = (path: string, cookie: string, method = 'GET') =>
    fetch(`${gateway.url}${path}`, {
      method,
      redirect: 'manual',
      headers: { cookie, 'sec-fetch-site': 'same-origin' },
    });
  const pairsOf = ({ headers }: Response): string =>
    headers
      .getSetCookie()
      .map((one) => one.split(';', 1)[0])
      .join('; ');
  const plain = (cookies: string): string => cookies.replaceAll('__Host-', '');
  const handOff = (cookie = '') => send('/connect', cookie, 'POST');

  it('bear a name that only this very host can set', async () => {
    const cookies = (await handOff()).headers.getSetCookie();
    const shape = /^__Host-trendpot\.(sid|browser)=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/;
    expect(cookies.map((one) => shape.exec(one)?.[1])).toEqual(['sid', 'browser']);
  });

  it('sign nobody in under the plain name, which a neighbouring host can plant', async () => {
    const cookies = pairsOf(await handOff());
    expect((await send('/api/accounts', cookies)).status).toBe(200);
    expect((await send('/api/accounts', plain(cookies))).status).toBe(401);
    const own = pairsOf(await handOff());
    expect((await send('/api/accounts', `${plain(cookies)}; ${own}`)).status).toBe(200);
  });

  it('end an attempt to connect under the plain name in another browser than it began', async () => {
    const begun = await handOff();
    const callback = callbackOf(gateway, begun.headers.get('location') ?? '', { code: 'code-planted' });
    const path = callback.slice(gateway.url.length);
    expect((await send(path, plain(pairsOf(begun)))).status).toBe(400);
    expect((await send(path, pairsOf(begun))).status).toBe(303);
  });
});
