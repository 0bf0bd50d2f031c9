import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newAccountId, type DeadLetter } from '@trendpot/contracts';
import { httpOperations } from '@trendpot/worker';

jest.setTimeout(30_000);

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/on-duty`;
};

const letter: DeadLetter = {
  version: 1,
  queue: 'sync',
  subject: 'tiktok.jobs.sync.page.x',
  accountId: newAccountId(),
  code: 'E_TIKTOK_UNAVAILABLE',
  message: 'TikTok answered 503',
  attempts: 5,
  failedAt: '2026-11-01T00:00:00.000Z',
  requestId: 'req_12345678',
  body: 'c2VjcmV0',
  truncated: false,
};

describe('the operations webhook', () => {
  const told = async (operationsUrl?: string): Promise<{ warnings: [string, unknown][]; ms: number }> => {
    const warnings: [string, unknown][] = [];
    const log = {
      info: () => {},
      warn: (event: string, fields: unknown) => void warnings.push([event, fields]),
      error: () => {},
    };
    const startedAt = performance.now();
    await httpOperations(log, operationsUrl === undefined ? {} : { operationsUrl }).jobFailed(letter);
    return { warnings, ms: performance.now() - startedAt };
  };

  it('is told what failed, of whom and why, and nothing of the job itself', async () => {
    const received: unknown[] = [];
    const url = await serve((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => void parts.push(part));
      request.on('end', () => {
        const { method, url: path, headers } = request;
        received.push([method, path, headers['content-type'], JSON.parse(Buffer.concat(parts).toString())]);
        response.end('thank you');
      });
    });
    expect((await told(url)).warnings).toEqual([]);
    const { queue, accountId, requestId, code, attempts, failedAt } = letter;
    const notice = { event: 'tiktok.job.failed', queue, accountId, requestId, code, attempts, failedAt };
    expect(received).toEqual([['POST', '/on-duty', 'application/json', notice]]);
  });

  it('harms no job when it refuses', async () => {
    const url = await serve((_request, response) => response.writeHead(500).end('no'));
    expect((await told(url)).warnings).toEqual([['operations.webhook.refused', { status: 500 }]]);
  });

  it('harms no job when it never answers', async () => {
    const { warnings, ms } = await told(await serve(() => undefined));
    expect(warnings).toMatchObject([['operations.webhook.unreachable', { error: { name: 'TimeoutError' } }]]);
    expect(ms).toBeLessThan(8_000);
  });

  it('harms no job when nobody is there', async () => {
    const url = await serve(() => undefined);
    closers.splice(0).forEach((close) => close());
    expect((await told(url)).warnings).toMatchObject([['operations.webhook.unreachable', {}]]);
  });

  it('is asked for nothing where there is none', async () => {
    expect((await told()).warnings).toEqual([]);
  });
});
