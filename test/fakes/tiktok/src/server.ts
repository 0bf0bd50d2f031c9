import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { authorizeRoutes } from './authorize-routes.ts';
import { controlRoutes } from './control-routes.ts';
import { displayRoutes } from './display-routes.ts';
import { turnKnobs, type Knobs } from './knobs.ts';
import { publicRoutes } from './public-routes.ts';
import { freshState, type Client } from './state.ts';
import { tokenRoutes } from './token-routes.ts';

export interface FakeTikTokOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly knobs?: Partial<Knobs>;
  readonly clients?: readonly Client[];
}

export interface FakeTikTok extends AsyncDisposable {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a TikTok of its own on the loopback interface. Two never share anything. */
export const startFakeTikTok = async (options: FakeTikTokOptions = {}): Promise<FakeTikTok> => {
  const state = freshState(options.clients ?? []);
  const faults = turnKnobs(state.knobs, options.knobs ?? {});
  if (faults.length > 0) throw new TypeError(faults.join('; '));
  const application = express();
  application.disable('x-powered-by');
  application.use('/__control', controlRoutes(state));
  application.use(displayRoutes(state), tokenRoutes(state), authorizeRoutes(state), publicRoutes(state));
  const server = createServer(application);
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  state.ownUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    state.interventions.reset();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
  return { url: state.ownUrl, close, [Symbol.asyncDispose]: close };
};
