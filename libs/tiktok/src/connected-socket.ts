import type { ClientRequest } from 'node:http';
import { TLSSocket } from 'node:tls';

/**
 * Calls `ready` once, when the request has a socket that can take bytes now: at once for one kept alive, else after the
 * TCP connection and, where there is one, the TLS handshake.
 */
export const onceConnected = (request: ClientRequest, ready: () => void): void => {
  request.once('socket', (socket) => {
    // `secureConnecting` is Node's own flag of a handshake under way; its type declarations leave it out.
    const shakingHands = socket instanceof TLSSocket && (socket as { secureConnecting?: boolean }).secureConnecting;
    if (shakingHands === true) socket.once('secureConnect', ready);
    else if (socket.connecting) socket.once('connect', ready);
    else ready();
  });
};
