import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenCall {
  readonly path: string;
  readonly request: Buffer;
  readonly answer: Buffer;
}

export interface CannedAnswer {
  readonly status: number;
  readonly body: string;
}

/** Stands before a server, passes everything on, and shows what goes through. */
export interface RecordingProxy {
  readonly url: string;
  /** Where calls go; may be told later than the address of the proxy. */
  passTo(target: string): void;
  /** The next `times` calls are answered so instead of passed on. */
  answerNext(times: number, answer: CannedAnswer): void;
  /** Forgets the answers that were not given. */
  clear(): void;
  close(): Promise<void>;
}

const NOT_PASSED_ON = new Set(['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'expect']);
const NOT_PASSED_BACK = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'content-encoding',
]);

const readAll = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers)
      .filter(([name]) => !NOT_PASSED_ON.has(name))
      .map(([name, value]) => [name, String(value)]),
  );

export const startRecordingProxy = async (onCall: (call: SeenCall) => void): Promise<RecordingProxy> => {
  let target = '';
  const canned: CannedAnswer[] = [];

  const pass = async (request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    const answer = await fetch(`${target}${path}`, {
      method: request.method ?? 'GET',
      headers: headersOf(request),
      redirect: 'manual',
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    onCall({ path, request: body, answer: bytes });
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !NOT_PASSED_BACK.has(name)));
    response.writeHead(answer.status, headers).end(bytes);
  };

  const server = createServer((request, response) => {
    const handle = async (): Promise<void> => {
      const body = await readAll(request);
      const answer = canned.shift();
      if (answer === undefined) return pass(request, body, response);
      onCall({ path: request.url ?? '/', request: body, answer: Buffer.from(answer.body) });
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' }).end(answer.body);
    };
    // What breaks behind the proxy breaks before it, too.
    handle().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passTo: (url) => void (target = url),
    answerNext: (times, answer) => void canned.push(...Array.from({ length: times }, () => answer)),
    clear: () => void (canned.length = 0),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
