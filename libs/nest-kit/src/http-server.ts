import { PlatformError } from '@trendpot/contracts';
import type { Logger, Meters } from '@trendpot/observability';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorBodyOf } from './http-error.ts';
import { identify } from './request-identity.ts';

export interface HttpServer {
  readonly port: number;
  /** From now on everything but the operations endpoints goes to the application. */
  serve(application: RequestListener): void;
  /** Takes no new connection; cuts what is still open (event streams) after the bound. */
  close(withinMs: number): Promise<void>;
}

interface Options {
  readonly port: number;
  readonly logger: Logger;
  readonly meters: Pick<Meters, 'add' | 'record'>;
  readonly operations: (request: IncomingMessage, response: ServerResponse) => string | undefined;
}

const refuse = (response: ServerResponse, requestId: string, error: PlatformError): void => {
  response.writeHead(error.status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(errorBodyOf(error, requestId)));
};

/** The template a router matched, never the path itself: paths are endless. */
const routeOf = (request: IncomingMessage): string => {
  const path = (request as { route?: { path?: unknown } }).route?.path;
  return typeof path === 'string' ? path : 'unmatched';
};

/** Logged without the query, which carries authorization codes and state. */
const pathOf = (request: IncomingMessage): string => (request.url?.split('?', 1)[0] ?? '').slice(0, 256);

/** @throws Error with code EADDRINUSE or EACCES when the port cannot be had. */
export const startHttpServer = async ({ port, logger, meters, operations }: Options): Promise<HttpServer> => {
  let application: RequestListener | undefined;

  const server = createServer((request, response) => {
    const startedAt = performance.now();
    const requestId = identify(request, response);
    const operation = operations(request, response);
    response.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      const route = operation ?? routeOf(request);
      const status = response.statusCode;
      meters.add('http_requests_total', { route, status: String(status) });
      meters.record('http_request_duration_seconds', seconds, { route });
      if (operation !== undefined) return;
      const finished = response.writableFinished;
      const { method } = request;
      const ms = Math.round(seconds * 1000);
      logger.info('http.request', { requestId, method, path: pathOf(request), route, status, ms, finished });
    });
    if (operation !== undefined) return;
    if (application !== undefined) application(request, response);
    else refuse(response, requestId, new PlatformError('E_UNAVAILABLE', 'the application has not started'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => {
      server.off('error', reject);
      resolve();
    });
  });

  return {
    port: (server.address() as AddressInfo).port,
    serve: (listener) => {
      application = listener;
    },
    close: async (withinMs) => {
      const cut = setTimeout(() => server.closeAllConnections(), withinMs);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearTimeout(cut);
    },
  };
};
