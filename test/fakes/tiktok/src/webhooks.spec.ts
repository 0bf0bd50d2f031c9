import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_CLIENT } from './index.ts';
import { signature } from './webhooks.ts';
import { appOfThisFile } from './testing/app-of-this-file.ts';

interface Delivery {
  readonly header: string;
  readonly body: string;
}

const app = appOfThisFile();
let receiver: Server;
let target: string;
const received: Delivery[] = [];
let answers: number[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ header: String(request.headers['tiktok-signature']), body: Buffer.concat(parts).toString() });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
beforeEach(() => {
  received.length = 0;
  answers = [];
});
afterAll(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

const send = async (order: Record<string, unknown> = {}) =>
  (await app.control('POST', '/webhooks', { target, creator: 'sample', ...order })).body;

const signedBy = (secret: string, { header, body }: Delivery): boolean => {
  const [, time, signed] = /^t=(\d+),s=([0-9a-f]{64})$/.exec(header) ?? [];
  return signed === signature(secret, Number(time), body);
};

describe('a webhook', () => {
  it('is signed as documented', () => {
    const body =
      '{"client_key":"awtest0000000000","event":"authorization.removed","create_time":1615338610,"user_openid":"-000TestOpenId","content":"{\\"reason\\": 1 }"}';
    expect(signature('test_client_secret', 1_633_174_587, body)).toBe(
      '5619e79b5787cac533da72ac6157d9b70be0083121d7206e281ddb6eca46f988',
    );
  });

  it('says who disconnected, its content a text that holds JSON', async () => {
    expect(await send({ content: { reason: 4 } })).toEqual({ statuses: [200] });
    const body = JSON.parse(received[0]?.body ?? '{}') as Record<string, string>;
    expect(body).toMatchObject({ client_key: DEFAULT_CLIENT.key, event: 'authorization.removed' });
    expect(JSON.parse(body['content'] ?? '')).toEqual({ reason: 4 });
    expect(body['user_openid']).toMatch(/^-000/);
    expect(signedBy(DEFAULT_CLIENT.secrets[0] ?? '', received[0] as Delivery)).toBe(true);
  });

  it('is repeated until it is answered with 200, then dropped', async () => {
    answers = [503, 204, 200];
    expect(await send()).toEqual({ statuses: [503, 204, 200] });
    expect(new Set(received.map(({ body, header }) => header + body)).size).toBe(1);
    answers = [500, 500, 500];
    expect(await send({ tries: 2 })).toEqual({ statuses: [500, 500] });
  });

  it('comes twice, too late, with another secret, or with a wrong signature', async () => {
    expect(await send({ deliveries: 2 })).toEqual({ statuses: [200, 200] });
    expect(received[0]).toEqual(received[1]);
    await send({ staleSeconds: 3600 });
    expect(Number(/t=(\d+)/.exec(received[2]?.header ?? '')?.[1])).toBeLessThan(Date.now() / 1000 - 3500);
    await send({ secret: 'previous' });
    expect(signedBy('previous', received[3] as Delivery)).toBe(true);
    await send({ badSignature: true });
    expect(signedBy(DEFAULT_CLIENT.secrets[0] ?? '', received[4] as Delivery)).toBe(false);
  });

  it('says 0 where nobody answers', async () => {
    expect(await send({ target: 'http://127.0.0.1:1/', tries: 1 })).toEqual({ statuses: [0] });
  });
});
