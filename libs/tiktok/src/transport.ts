import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { PlatformError, toPlatformError } from '@trendpot/contracts';
import { collectBody } from './collect-body.ts';
import { onceConnected } from './connected-socket.ts';
import { spareConnection } from './spare-connection.ts';
import { unavailable } from './transport-fault.ts';

/** Idle connections are closed by us before the other side does: a request on a dying connection is a failed call. */
const IDLE_MS = 4000;
const DEFAULT_TIMEOUT_MS = 15_000;

export interface TransportCall {
  readonly method: 'GET' | 'POST';
  /** Path below the base address, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /**
   * Called synchronously on a connected socket right before the request's bytes are handed to it. If it throws, nothing
   * was sent and the call fails with what was thrown.
   */
  readonly beforeSend?: (() => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TransportResponse {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

export interface Transport {
  /**
   * One request, never repeated. Any status below 300 or from 400 on is an answer.
   *
   * @throws PlatformError E_TIKTOK_UNAVAILABLE (connection, timeout, abort), E_TIKTOK_RESPONSE_INVALID (redirect, too
   * large); what `beforeSend` throws
   */
  send(call: TransportCall): Promise<TransportResponse>;
  /**
   * Resolves once a call can be sent without waiting for a connection.
   *
   * @throws PlatformError E_TIKTOK_UNAVAILABLE; nothing was sent
   */
  connect(signal?: AbortSignal): Promise<void>;
  close(): void;
}

const bodyHeaders = (body: string | undefined): Record<string, string> =>
  body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };

const untilAborted = <T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('aborted'));
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
    void work.then(resolve, reject).finally(() => signal?.removeEventListener('abort', stop));
  });

/**
 * HTTP with kept-alive connections. `fetch` is not used because it cannot say when a request's bytes leave, which is
 * the moment a call permit is judged by.
 */
export const createTransport = (options: { baseUrl: string; timeoutMs?: number | undefined }): Transport => {
  const base = options.baseUrl.replace(/\/+$/, '');
  const { protocol, hostname, port } = new URL(base);
  const client = protocol === 'https:' ? https : http;
  const agent = new client.Agent({ keepAlive: true, maxFreeSockets: 8, timeout: IDLE_MS });
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const host = hostname.replace(/^\[|\]$/g, '');
  const spare = spareConnection(agent, {
    host,
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
    servername: isIP(host) === 0 ? host : '',
  });

  const send = (call: TransportCall): Promise<TransportResponse> =>
    new Promise((resolve, reject) => {
      const deadline = AbortSignal.timeout(timeoutMs);
      const signal = call.signal === undefined ? deadline : AbortSignal.any([deadline, call.signal]);
      let sent = false;
      const why = (): string => {
        if (call.signal?.aborted === true) return 'the call was aborted by its caller';
        return deadline.aborted ? `no answer within ${timeoutMs} ms` : 'the connection failed';
      };
      const request = client.request(`${base}${call.path}`, {
        method: call.method,
        agent,
        signal,
        headers: { accept: 'application/json', ...bodyHeaders(call.body), ...call.headers },
      });
      request.on('error', () => reject(unavailable(why(), sent, signal.aborted)));
      request.once('response', (response) => {
        const status = response.statusCode ?? 0;
        if (status >= 300 && status < 400) {
          reject(new PlatformError('E_TIKTOK_RESPONSE_INVALID', `a redirect (${status}) was refused`));
          request.destroy();
          return;
        }
        collectBody(response)
          .then((body) => resolve({ status, retryAfter: response.headers['retry-after'], body }))
          .catch((error: Error) => reject(signal.aborted ? unavailable(why(), true, true) : error));
      });
      onceConnected(request, () => {
        if (request.destroyed) return;
        try {
          call.beforeSend?.();
        } catch (error) {
          reject(toPlatformError(error));
          request.destroy();
          return;
        }
        sent = true;
        request.end(call.body);
      });
    });

  return {
    send,
    connect: (signal) =>
      untilAborted(spare.ready(timeoutMs), signal).catch(() => Promise.reject(unavailable('no connection', false))),
    close: () => {
      spare.close();
      agent.destroy();
    },
  };
};
