import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AccountId } from '@trendpot/contracts';
import { createLogger } from '@trendpot/observability';
import { gate } from '@trendpot/testing';
import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProgressStreams } from './progress-streams.ts';

const ACCOUNT = 'acc_00000000000000000000000000' as AccountId;

describe('a progress stream', () => {
  let server: Server;
  let streams: ProgressStreams;
  let watchers: number;
  beforeEach(async () => {
    watchers = 0;
    const watch = () => {
      watchers += 1;
      return () => void (watchers -= 1);
    };
    streams = new ProgressStreams({
      accounts: { find: async () => undefined },
      events: { watch },
      logger: createLogger({ service: 'auth-gateway', level: 'silent' }),
      maximum: 1,
    });
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => void server.closeAllConnections());
  afterEach(() => void server.close());

  const visit = () => {
    const request = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
    request.on('error', () => undefined);
    return request;
  };

  it('takes no place for a browser that left before it was opened', async () => {
    const opened = gate();
    server.once('request', (request, response) => {
      response.once('close', () => void streams.open(ACCOUNT, request, response).finally(opened.open));
      visitor.destroy();
    });
    const visitor = visit();
    await opened.passed;
    expect([streams.size, watchers]).toEqual([0, 0]);
    expect(() => streams.admit(ACCOUNT)).not.toThrow();
  });

  it('gives its place back when the browser leaves', async () => {
    const closed = gate();
    server.once('request', (request, response) => {
      void streams.open(ACCOUNT, request, response);
      response.once('close', closed.open);
    });
    const visitor = visit();
    await once(visitor, 'response');
    expect([streams.size, watchers]).toEqual([1, 1]);
    visitor.destroy();
    await closed.passed;
    expect([streams.size, watchers]).toEqual([0, 0]);
  });
});
