import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Meters } from '@trendpot/observability';
import type { Readiness } from './readiness.ts';

const answer = (response: ServerResponse, status: number, contentType: string, body: string): void => {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(response.req.method === 'HEAD' ? undefined : body);
};

const answerJson = (response: ServerResponse, status: number, body: unknown): void =>
  answer(response, status, 'application/json; charset=utf-8', JSON.stringify(body));

/**
 * `/healthz` (the process turns), `/readyz` (it takes work; the names of failing checks if not) and `/metrics`. Plain
 * HTTP, because they must answer before NATS and MongoDB are there and in services that load no web framework.
 */
export const operationsEndpoints = (readiness: Readiness, meters: Pick<Meters, 'render'>) => {
  const endpoints: Readonly<Record<string, (response: ServerResponse) => Promise<void>>> = {
    '/healthz': async (response) => answerJson(response, 200, { status: 'alive' }),
    '/readyz': async (response) => {
      const failing = await readiness.failing();
      if (failing.length === 0) answerJson(response, 200, { status: 'ready' });
      else answerJson(response, 503, { status: 'not ready', failing });
    },
    '/metrics': async (response) => {
      const { contentType, body } = await meters.render();
      answer(response, 200, contentType, body);
    },
  };
  /** @returns the endpoint that took the request, if one did. */
  return (request: IncomingMessage, response: ServerResponse): string | undefined => {
    const path = request.url?.split('?', 1)[0] ?? '';
    const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
    if (endpoint === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return undefined;
    endpoint(response).catch(() => {
      if (response.headersSent) response.destroy();
      else answerJson(response, 500, { status: 'failed' });
    });
    return path;
  };
};
