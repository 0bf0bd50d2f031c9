import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What KMS does instead of answering. The first six are answers of AWS as its documentation has them; `silence` never
 * answers, `reset` breaks the connection, `garbage` answers 200 with something else. A lie is KMS's own answer with one
 * thing changed.
 */
export type KmsFault =
  | 'throttled'
  | 'denied'
  | 'disabled'
  | 'pending-deletion'
  | 'wrong-key'
  | 'internal'
  | 'silence'
  | 'reset'
  | 'garbage'
  | KmsLie;

export type KmsLie = 'names-another-key' | 'half-a-key' | 'another-key' | 'no-key';

/** What KMS answers to both of the calls a vault makes. */
interface KeyAnswer {
  readonly KeyId: string;
  readonly Plaintext: string;
}

const LIES: Readonly<Record<KmsLie, (answer: KeyAnswer) => Partial<KeyAnswer>>> = {
  'names-another-key': (answer) => ({ ...answer, KeyId: answer.KeyId.replace(/[^/]+$/, randomUUID()) }),
  'half-a-key': (answer) => ({ ...answer, Plaintext: randomBytes(16).toString('base64') }),
  'another-key': (answer) => ({ ...answer, Plaintext: randomBytes(32).toString('base64') }),
  'no-key': ({ Plaintext: _plaintext, ...answer }) => answer,
};
const lieOf = (fault: KmsFault | undefined) =>
  fault !== undefined && fault in LIES ? LIES[fault as KmsLie] : undefined;

const ANSWERS: Partial<Record<KmsFault, readonly [status: number, type: string]>> = {
  throttled: [400, 'ThrottlingException'],
  denied: [400, 'AccessDeniedException'],
  disabled: [400, 'DisabledException'],
  'pending-deletion': [400, 'KMSInvalidStateException'],
  'wrong-key': [400, 'IncorrectKeyException'],
  internal: [500, 'KMSInternalException'],
};

export interface FaultyKms extends AsyncDisposable {
  readonly endpoint: string;
  /** Every call gets this fault until it is set to undefined again. */
  fault: KmsFault | undefined;
  /** Calls that name this key get this fault, whatever else holds. */
  readonly keyFaults: Map<string, KmsFault>;
  /** Calls that arrived, by operation. */
  readonly calls: Map<string, number>;
  callsOf(operation: 'GenerateDataKey' | 'Decrypt'): number;
  /** Holds every call until the returned function is called. */
  hold(): () => void;
  close(): Promise<void>;
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => Buffer.concat(await message.toArray());

const keyIdIn = (body: Buffer): string => (JSON.parse(body.toString('utf8')) as { KeyId?: string }).KeyId ?? '';

/** Stands before a KMS endpoint: counts its calls, holds them, or answers in its place. */
export const startFaultyKms = async (target: string): Promise<FaultyKms> => {
  const calls = new Map<string, number>();
  let gate = Promise.resolve();

  const forward = (from: IncomingMessage, body: Buffer, to: ServerResponse, lie?: (typeof LIES)[KmsLie]): void => {
    const { host: _host, ...headers } = from.headers;
    const onward = request(target, { method: from.method, path: from.url, headers }, (answer) => {
      if (lie === undefined || answer.statusCode !== 200) {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        return void answer.pipe(to);
      }
      void bodyOf(answer).then((truth) => {
        to.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
        to.end(JSON.stringify(lie(JSON.parse(truth.toString('utf8')) as KeyAnswer)));
      });
    });
    onward.on('error', () => to.destroy());
    onward.end(body);
  };

  const play = (fault: KmsFault, response: ServerResponse): void => {
    const answer = ANSWERS[fault];
    if (answer !== undefined) {
      const [status, type] = answer;
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type });
      response.end(JSON.stringify({ __type: type, message: `injected: ${fault}` }));
    } else if (fault === 'reset') response.destroy();
    else if (fault === 'garbage') response.writeHead(200).end('<html>not KMS</html>');
  };

  const server = createServer((message, response) => {
    void (async () => {
      const operation = String(message.headers['x-amz-target'] ?? '').replace('TrentService.', '');
      calls.set(operation, (calls.get(operation) ?? 0) + 1);
      const body = await bodyOf(message);
      await gate;
      const fault = kms.keyFaults.get(keyIdIn(body)) ?? kms.fault;
      const lie = lieOf(fault);
      if (fault === undefined || lie !== undefined) forward(message, body, response, lie);
      else play(fault, response);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const kms: FaultyKms = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: undefined,
    keyFaults: new Map(),
    calls,
    callsOf: (operation) => calls.get(operation) ?? 0,
    hold: () => {
      let release = (): void => undefined;
      gate = new Promise((resolve) => (release = resolve));
      return release;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return kms;
};
