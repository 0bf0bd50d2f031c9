import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { recordArrivals } from './arrivals.ts';
import { authorizeRoutes } from './authorize-routes.ts';
import type { Client } from './clients.ts';
import { controlRoutes } from './control/routes.ts';
import { displayRoutes } from './display-routes.ts';
import type { Knobs } from './knobs.ts';
import { publicRoutes } from './public-routes.ts';
import { freshState, type FakeState } from './state.ts';
import { tokenRoutes } from './token-routes.ts';

export interface FakeTikTokOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** How it behaves at first and again after a reset. */
  readonly knobs?: Partial<Knobs>;
  /** Apps registered at first; absent: `DEFAULT_CLIENT`. */
  readonly clients?: readonly Client[];
}

export interface FakeTikTok extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`: the base of the API, of the pages, and of `/__control`. */
  readonly url: string;
  /** Ends every connection, held calls included. */
  close(): Promise<void>;
}

const applicationOf = (state: FakeState): Express => {
  const application = express();
  application.disable('x-powered-by');
  application.disable('etag');
  application.use('/__control', controlRoutes(state));
  application.use(recordArrivals(state));
  application.use('/v2/oauth', tokenRoutes(state));
  application.use('/v2/auth', authorizeRoutes(state));
  application.use('/v2', displayRoutes(state));
  application.use(publicRoutes(state));
  return application;
};

/** Starts a TikTok of its own on the loopback interface. Two never share anything. Throws on knobs that do not fit. */
export const startFakeTikTok = async (options: FakeTikTokOptions = {}): Promise<FakeTikTok> => {
  const state = freshState(options.clients ?? [], options.knobs ?? {});
  const server = createServer(applicationOf(state));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  state.ownUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= new Promise<void>((resolve) => {
      state.gates.reset();
      server.close(() => resolve());
      server.closeAllConnections();
    }));
  return { url: state.ownUrl, close, [Symbol.asyncDispose]: close };
};
