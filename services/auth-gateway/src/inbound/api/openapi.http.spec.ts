import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newAccountId } from '@trendpot/contracts';
import { startGateway, type GatewayUnderTest } from '../../../test/start-gateway.ts';

describe('the description of the API', () => {
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await startGateway({ TRENDPOT_API_RATE_PER_MIN: '10000' });
  }, 60_000);
  afterAll(() => gateway?.stop());

  it('names no route that is not there', async () => {
    const document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of Object.keys(operations)) {
        const address = path.replace('{accountId}', newAccountId()).replace(/\{\w+\}/g, '123456');
        const headers = { 'sec-fetch-site': 'same-origin' };
        const answer = await fetch(`${gateway.url}${address}`, { method: method.toUpperCase(), headers });
        // Every one of them is behind a session, a token or a signature; a route that is not there says 404.
        expect([method, path, answer.status]).toEqual([method, path, 401]);
      }
    }
  });
});
