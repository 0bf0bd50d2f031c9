import type { Agent } from 'node:http';
import type { Socket, TcpNetConnectOpts } from 'node:net';
import { TLSSocket } from 'node:tls';

/** A connection that no request took is closed after this, before the other side does it. */
const SPARE_MS = 15_000;

export interface SpareConnection {
  /**
   * Resolves once the next request finds a connection that takes bytes at once: one kept alive, or one that is opened
   * now and waits for it. Rejects when the other side cannot be reached within `timeoutMs`.
   */
  ready(timeoutMs: number): Promise<void>;
  close(): void;
}

const onceUsable = (socket: Socket, timeoutMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new Error('no connection'));
    });
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** Opens connections of an agent ahead of their requests, one at a time. The agent hands them to its next requests. */
export const spareConnection = (agent: Agent, to: TcpNetConnectOpts & { servername?: string }): SpareConnection => {
  const connect = agent.createConnection.bind(agent);
  let spare: Socket | undefined;
  let closing: NodeJS.Timeout | undefined;
  let opening: Promise<void> | undefined;

  const take = (): Socket | undefined => {
    const taken = spare;
    spare = undefined;
    clearTimeout(closing);
    return taken?.destroyed === false ? taken : undefined;
  };

  const open = async (timeoutMs: number): Promise<void> => {
    const socket = connect(to) as Socket;
    // Whoever uses it listens for itself; as a spare it is only missed when it is asked for.
    socket.on('error', () => undefined);
    await onceUsable(socket, timeoutMs);
    take()?.destroy();
    spare = socket;
    closing = setTimeout(() => take()?.destroy(), SPARE_MS).unref();
  };

  agent.createConnection = (options, callback) => take() ?? connect(options, callback);

  const isAtHand = (): boolean =>
    spare?.destroyed === false ||
    Object.values(agent.freeSockets).some((free) => free !== undefined && free.length > 0);

  return {
    ready: async (timeoutMs) => {
      if (isAtHand()) return;
      opening ??= open(timeoutMs).finally(() => (opening = undefined));
      await opening;
    },
    close: () => void take()?.destroy(),
  };
};
