import { createServer, type RequestListener, type Server } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { PlatformError } from '@trendpot/contracts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { mayStillRun, requestWasSent } from './transport-fault.ts';
import { createTransport, type Transport, type TransportCall } from './transport.ts';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

const listen = async (server: net.Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
};

const serve = async (listener: RequestListener): Promise<{ transport: Transport; server: Server }> => {
  const server = createServer(listener);
  const port = await listen(server);
  const transport = createTransport({ baseUrl: `http://127.0.0.1:${port}/base/`, timeoutMs: 2000 });
  closers.push(
    () => transport.close(),
    () => server.closeAllConnections(),
  );
  return { transport, server };
};

const get = (more: Partial<TransportCall> = {}): TransportCall => ({ method: 'GET', path: '/x', headers: {}, ...more });
const failure = (promise: Promise<unknown>): Promise<PlatformError> =>
  promise.then(
    () => Promise.reject(new Error('the call did not fail')),
    (error: unknown) => error as PlatformError,
  );

describe('a call', () => {
  it('is announced on a connected socket, in the turn in which its bytes leave', async () => {
    const order: string[] = [];
    const { transport, server } = await serve((request, response) => {
      order.push(`arrives ${request.method} ${request.url}`);
      response.end('{}');
    });
    server.on('connection', () => order.push('connects'));
    const beforeSend = (): void => void order.push('is announced');
    const call: TransportCall = { method: 'POST', path: '/x', headers: {}, body: '{"a":1}', beforeSend };
    await transport.send(call);
    await transport.send(call);
    expect(order).toEqual(['connects', 'is announced', 'arrives POST /base/x', 'is announced', 'arrives POST /base/x']);
  });

  it('that its caller stops at the last moment never leaves, and fails with the reason given', async () => {
    let arrived = 0;
    const { transport } = await serve((_request, response) => {
      arrived += 1;
      response.end('{}');
    });
    const stale = new PlatformError('E_PERMIT_STALE', 'too old');
    const beforeSend = (): void => {
      throw stale;
    };
    expect(await failure(transport.send(get({ beforeSend })))).toBe(stale);
    await transport.send(get());
    expect(arrived).toBe(1);
  });

  it('is not announced while TLS is still being agreed, and known not to be sent when that fails', async () => {
    let announced = false;
    let hello: (socket: Socket) => void;
    const greeted = new Promise<Socket>((resolve) => (hello = resolve));
    const port = await listen(net.createServer((socket) => socket.once('data', () => hello(socket))));
    const transport = createTransport({ baseUrl: `https://127.0.0.1:${port}`, timeoutMs: 2000 });
    const failing = failure(transport.send(get({ beforeSend: () => (announced = true) })));
    (await greeted).destroy();
    const error = await failing;
    expect(error.code).toBe('E_TIKTOK_UNAVAILABLE');
    expect([announced, requestWasSent(error)]).toEqual([false, false]);
  });

  it('that nobody takes is known not to be sent', async () => {
    const closed = net.createServer();
    const port = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const transport = createTransport({ baseUrl: `http://127.0.0.1:${port}` });
    const error = await failure(transport.send(get()));
    expect([error.code, requestWasSent(error)]).toEqual(['E_TIKTOK_UNAVAILABLE', false]);
  });

  it.each<[string, RequestListener, string]>([
    ['breaks before an answer', (request) => request.socket.destroy(), 'E_TIKTOK_UNAVAILABLE'],
    [
      'breaks in the middle of an answer',
      (request, response) => {
        response.setHeader('content-length', '100');
        response.write('{', () => request.socket.destroy());
      },
      'E_TIKTOK_UNAVAILABLE',
    ],
    [
      'is redirected',
      (_request, response) => response.writeHead(302, { location: 'https://evil.example/' }).end(),
      'E_TIKTOK_RESPONSE_INVALID',
    ],
    [
      'is answered without end',
      (_request, response) => {
        const more = (): void => void (response.destroyed || response.write('x'.repeat(65_536), more));
        more();
      },
      'E_TIKTOK_RESPONSE_INVALID',
    ],
  ])('that %s may have been acted upon', async (_what, listener, code) => {
    const { transport } = await serve(listener);
    const error = await failure(transport.send(get()));
    expect([error.code, requestWasSent(error), mayStillRun(error)]).toEqual([code, true, false]);
  });

  it('ends at its deadline, and when its caller aborts', async () => {
    const { transport: patient } = await serve(() => undefined);
    const abort = new AbortController();
    const aborted = failure(
      patient.send(get({ signal: abort.signal, beforeSend: () => setImmediate(() => abort.abort()) })),
    );
    expect((await aborted).message).toBe('the call was aborted by its caller');
    expect(mayStillRun(await aborted)).toBe(true);

    const server = createServer(() => undefined);
    const port = await listen(server);
    closers.push(() => server.closeAllConnections());
    const transport = createTransport({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 50 });
    const late = await failure(transport.send(get()));
    expect([late.code, late.message]).toEqual(['E_TIKTOK_UNAVAILABLE', 'no answer within 50 ms']);
    expect(mayStillRun(late)).toBe(true);
  });

  it('that was aborted before it began is never sent', async () => {
    let arrived = false;
    const { transport } = await serve((_request, response) => {
      arrived = true;
      response.end();
    });
    const error = await failure(transport.send(get({ signal: AbortSignal.abort() })));
    expect([error.code, requestWasSent(error), arrived]).toEqual(['E_TIKTOK_UNAVAILABLE', false, false]);
    expect(mayStillRun(error)).toBe(false);
  });
});

describe('a connection made ahead of its call', () => {
  it('is the one that the call is sent on, without another step before it is announced', async () => {
    const order: string[] = [];
    const { transport, server } = await serve((_request, response) => {
      order.push('arrives');
      response.end('{}');
    });
    server.on('connection', () => order.push('connects'));
    await Promise.all([transport.connect(), transport.connect()]);
    order.push('may be called');
    const beforeSend = (): void => void order.push('is announced');
    await transport.send(get({ beforeSend }));
    await transport.connect();
    await transport.send(get({ beforeSend }));
    expect(order).toEqual(['connects', 'may be called', 'is announced', 'arrives', 'is announced', 'arrives']);
  });

  it('is made anew when the other side has closed it meanwhile', async () => {
    const { transport, server } = await serve((_request, response) => response.end('{}'));
    let connections = 0;
    server.on('connection', (socket) => {
      connections += 1;
      if (connections === 1) socket.destroy();
    });
    // The news of it takes a moment to come here.
    while (connections < 2) await transport.connect().then(() => new Promise(setImmediate));
    expect((await transport.send(get())).status).toBe(200);
    expect(connections).toBe(2);
  });

  it('that nobody takes is no call, and known not to have sent any', async () => {
    const closed = net.createServer();
    const port = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const transport = createTransport({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 2000 });
    const error = await failure(transport.connect());
    expect([error.code, requestWasSent(error)]).toEqual(['E_TIKTOK_UNAVAILABLE', false]);
  });

  it('is waited for no longer than a call may take, nor by whoever is told to stop', async () => {
    const silent = await listen(net.createServer());
    const transport = createTransport({ baseUrl: `https://127.0.0.1:${silent}`, timeoutMs: 300 });
    const stop = new AbortController();
    const stopped = failure(transport.connect(stop.signal));
    stop.abort();
    expect((await stopped).code).toBe('E_TIKTOK_UNAVAILABLE');
    expect((await failure(transport.connect())).code).toBe('E_TIKTOK_UNAVAILABLE');
    transport.close();
  });
});
