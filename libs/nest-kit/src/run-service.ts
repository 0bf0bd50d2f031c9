import type { DynamicModule } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ConfigurationFault, type Environment } from '@trendpot/config';
import { HOPS, PlatformError, type ServiceName } from '@trendpot/contracts';
import {
  connectMessaging,
  ensureTopology,
  type Messaging,
  type Topology,
  type TopologySettings,
} from '@trendpot/messaging';
import { createLogger, createMeters, type Logger } from '@trendpot/observability';
import type { Database, Relay } from '@trendpot/persistence';
import { createApplication, type Application } from './create-application.ts';
import { startHttpServer } from './http-server.ts';
import { keepTrying } from './keep-trying.ts';
import { operationsEndpoints } from './operations-endpoints.ts';
import { createReadiness } from './readiness.ts';
import { readSettings } from './read-settings.ts';
import type { ServiceContext } from './service-context.ts';
import { bounded, createShutdownSteps } from './shutdown.ts';

export interface ServiceOptions<C> {
  readonly name: ServiceName;
  loadConfig(environment: Environment): C;
  readonly module: { register(config: C, context: ServiceContext): DynamicModule | Promise<DynamicModule> };
  topology(config: C): TopologySettings;
  readonly usesMongo: boolean;
  /** Given by a service with HTTP of its own; called before its routes are set up. */
  readonly http?: (application: NestExpressApplication) => void;
  /** How long a stop lets jobs and requests in flight go on before it cuts them short. Default 12 s. */
  finishWithinMs?(config: C): number;
}

export interface RunningService {
  readonly port: number;
  readonly logger: Logger;
  /** Resolves when the service takes work; rejects when it never can, or is stopped before. */
  readonly ready: Promise<void>;
  /** Drains in the order of the README, then resolves. Safe to call more than once. */
  stop(): Promise<void>;
}

const ATTEMPT_MS = 2_000;
const HTTP_CLOSE_MS = 5_000;
const FINISH_WITHIN_MS = 12_000;
/** For what was cut short to give its work back, while NATS is still there to take it. */
const GIVE_BACK_MS = 3_000;
const CLOSE_MS = 5_000;

/** A service that cannot be built for a reason that passes (KMS does not answer) waits; a fault of its making does not. */
const mayPass = (error: unknown): boolean =>
  error instanceof PlatformError && error.verdict === 'backoff' && error.code !== 'E_INTERNAL';
const publishesEvents = (name: ServiceName): boolean =>
  HOPS.some(({ from, kind }) => from === name && kind === 'event');
const isNoFaultOfSettings = (error: unknown): boolean => !(error instanceof ConfigurationFault);

/**
 * Starts a service inside this process. Health and metrics answer at once; NATS, MongoDB and the application follow as
 * they become available, for as long as it takes.
 *
 * @throws ConfigurationFault, or an Error with code EADDRINUSE when the port is taken.
 */
export const runService = async <C>(
  options: ServiceOptions<C>,
  environment: Environment = process.env,
): Promise<RunningService> => {
  const { name, usesMongo } = options;
  const { kit, config } = readSettings(environment, usesMongo, (given) => options.loadConfig(given));
  const finishWithinMs = options.finishWithinMs?.(config) ?? FINISH_WITHIN_MS;
  const logger = createLogger({ service: name, level: kit.logLevel });
  const meters = createMeters({ service: name });
  const readiness = createReadiness(meters);
  const steps = createShutdownSteps(logger);
  const stopping = new AbortController();
  const operations = operationsEndpoints(readiness, meters);
  const server = await startHttpServer({ port: kit.port, logger, meters, operations });

  let messaging: Messaging | undefined;
  let inPlace: Topology | undefined;
  let database: Database | undefined;
  let relay: Relay | undefined;
  let application: Application | undefined;
  let started = false;

  const notYet = (what: string) => () => Promise.reject(new PlatformError('E_UNAVAILABLE', `${what} is not there`));
  readiness.add('nats', async () => {
    if (messaging?.isConnected() !== true) await notYet('NATS')();
  });
  readiness.add('topology', async () => {
    if (inPlace?.isInPlace() !== true) await notYet('the topology')();
  });
  if (usesMongo) readiness.add('mongo', () => (database === undefined ? notYet('MongoDB')() : database.ping()));
  readiness.add('application', async () => {
    if (!started || stopping.signal.aborted) await notYet('the application')();
  });

  const waitFor = <T>(what: string, work: () => Promise<T>, isWorthRepeating: (error: unknown) => boolean) =>
    keepTrying(work, { name: what, signal: stopping.signal, logger, isWorthRepeating });

  const reachNats = async (): Promise<Messaging> => {
    const seed = kit.natsSeed === undefined ? {} : { seed: kit.natsSeed };
    const connect = () =>
      connectMessaging({ url: kit.natsUrl, user: name, logger, firstConnectWithinMs: ATTEMPT_MS, ...seed });
    const connected = (messaging = await waitFor('nats', connect, isNoFaultOfSettings));
    const replicas = kit.streamReplicas === undefined ? {} : { replicas: kit.streamReplicas };
    const topology = () =>
      ensureTopology(connected, name, { readyWithinMs: ATTEMPT_MS * 2, ...replicas, ...options.topology(config) });
    inPlace = await waitFor('topology', topology, isNoFaultOfSettings);
    return connected;
  };
  const reachMongo = async (uri: string): Promise<Database> => {
    // Loaded only by those who use it: the driver costs every process 10 MB.
    const { connectMongo, migrate } = await import('@trendpot/persistence');
    const connect = () => connectMongo({ uri, applicationName: name });
    const connected = (database = await waitFor('mongo', connect, isNoFaultOfSettings));
    await waitFor('migration', () => migrate(connected), isNoFaultOfSettings);
    return connected;
  };

  const start = async (): Promise<void> => {
    const [nats, mongo] = await Promise.all([
      reachNats(),
      kit.mongoUri === undefined ? undefined : reachMongo(kit.mongoUri),
    ]);
    const base = { name, logger, meters, messaging: nats };
    if (mongo !== undefined && publishesEvents(name)) relay = (await import('./outbox.ts')).startOutbox(base, mongo);
    const context: ServiceContext = {
      ...base,
      ...(mongo === undefined ? {} : { database: mongo }),
      ...(relay === undefined ? {} : { outbox: relay }),
      readiness: { add: (check, run) => readiness.add(check, run) },
      onShutdown: (stepName, run, step) => steps.add(stepName, run, step),
    };
    const build = async () => {
      const module = await options.module.register(config, context);
      return createApplication(module, { context, finishWithinMs, http: options.http });
    };
    application = await waitFor('application', build, mayPass);
    stopping.signal.throwIfAborted();
    if (application.listener !== undefined) server.serve(application.listener);
    await application.startConsuming();
    started = true;
    logger.info('service.ready', { port: server.port, pid: process.pid });
  };

  const ready = start();
  ready.catch(() => undefined);
  logger.info('service.starting', { port: server.port, pid: process.pid });

  const shutDown = async (): Promise<void> => {
    logger.info('service.stopping');
    stopping.abort(new PlatformError('E_UNAVAILABLE', 'the service was stopped'));
    await bounded('start', () => ready.catch(() => undefined), CLOSE_MS, logger);
    await steps.run('first');
    await bounded('http', () => server.close(HTTP_CLOSE_MS), HTTP_CLOSE_MS * 2, logger);
    await bounded('in-flight', async () => application?.stopConsuming(), finishWithinMs + GIVE_BACK_MS, logger);
    await steps.run('after-work');
    await bounded('application', async () => application?.close(), CLOSE_MS, logger);
    await bounded('outbox', async () => relay?.stop(), CLOSE_MS, logger);
    await bounded('nats', async () => messaging?.close(), CLOSE_MS, logger);
    await bounded('mongo', async () => database?.close(), CLOSE_MS, logger);
    await bounded('meters', () => meters.close(), CLOSE_MS, logger);
    logger.info('service.stopped');
  };
  let stopped: Promise<void> | undefined;
  return { port: server.port, logger, ready, stop: () => (stopped ??= shutDown()) };
};
