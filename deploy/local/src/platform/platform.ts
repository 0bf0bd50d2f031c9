import { SERVICES, type NatsUser, type ServiceName } from '@trendpot/contracts';
import type { SourceKind } from '../parts/part.ts';
import { findFreePort } from '../processes/free-port.ts';
import { startServiceProcess, type ServiceProcess } from '../processes/service-process.ts';
import { fakeTikTokControl, type FakeTikTokControl } from '../journey/fake-tiktok.ts';
import { startBacking, type Backing } from './backing.ts';
import { FAKE_CLIENT, startFakeTikTokProcess } from './fake-tiktok-process.ts';
import { REPOSITORY, serviceMain } from './repository.ts';
import { serviceEnvironment, type TikTokSettings } from './service-environment.ts';

export interface PlatformOptions {
  /** What the person running this has set; names of backing services, TikTok's credentials, any setting of a service. */
  readonly environment?: NodeJS.ProcessEnv;
  /** More settings for one service. */
  readonly settings?: Partial<Record<ServiceName, NodeJS.ProcessEnv>>;
  readonly services?: readonly ServiceName[];
  readonly gatewayPort?: number;
  readonly databaseName?: string;
  /** How the fake TikTok behaves from the start. */
  readonly knobs?: Readonly<Record<string, unknown>>;
  readonly order?: readonly SourceKind[];
  /** More lines of NATS configuration for a server that is started here. */
  readonly natsLines?: string;
  readonly logFolder?: string;
  onStep?(text: string): void;
}

/** The whole platform, running: every service a process of its own. */
export interface Platform extends AsyncDisposable {
  readonly gatewayUrl: string;
  readonly backing: Backing;
  readonly dialect: 'alignment' | 'published';
  /** Absent when the real TikTok is used. */
  readonly tiktok: FakeTikTokControl | undefined;
  service(name: ServiceName): ServiceProcess;
  /** Credentials for a tool that signs in at NATS as this user. */
  natsSeedOf(user: NatsUser): string | undefined;
  stop(): Promise<void>;
}

type Stop = () => Promise<unknown>;

const text = (environment: NodeJS.ProcessEnv, name: string): string | undefined =>
  environment[name]?.trim() === '' ? undefined : environment[name]?.trim();

const dialectOf = (environment: NodeJS.ProcessEnv, real: boolean): 'alignment' | 'published' => {
  const given = text(environment, 'TIKTOK_API_DIALECT');
  return given === 'published' || (given === undefined && real) ? 'published' : 'alignment';
};

const startTikTok = async (options: PlatformOptions, stops: Stop[]): Promise<TikTokSettings> => {
  const environment = options.environment ?? {};
  const clientKey = text(environment, 'TIKTOK_CLIENT_KEY');
  const clientSecret = text(environment, 'TIKTOK_CLIENT_SECRET');
  const real = clientKey !== undefined && clientSecret !== undefined;
  const dialect = dialectOf(environment, real);
  if (real) {
    options.onStep?.(`TikTok: the real one, dialect ${dialect}`);
    return { clientKey, clientSecret, dialect, fakeUrl: undefined };
  }
  const fake = await startFakeTikTokProcess({ dialect, coverHost: 'self', ...options.knobs });
  stops.push(() => fake.stop());
  options.onStep?.(`TikTok: a fake at ${fake.url}, dialect ${dialect}`);
  return { clientKey: FAKE_CLIENT.key, clientSecret: FAKE_CLIENT.secret, dialect, fakeUrl: fake.url };
};

/** Starts everything and resolves when every service is ready. @throws PartError, after stopping what had started */
export const startPlatform = async (options: PlatformOptions = {}): Promise<Platform> => {
  const stops: Stop[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end().catch(() => undefined);
  };
  try {
    const given = options.environment ?? {};
    const onStep = (step: string): void => options.onStep?.(step);
    const backing = await startBacking({
      environment: given,
      databaseName: options.databaseName ?? 'trendpot',
      onStep,
      ...(options.order === undefined ? {} : { order: options.order }),
      ...(options.natsLines === undefined ? {} : { natsLines: options.natsLines }),
    });
    stops.push(() => backing.stop());
    const tiktok = await startTikTok(options, stops);
    const gatewayPort = options.gatewayPort ?? (await findFreePort());
    const running = new Map<ServiceName, ServiceProcess>();
    stops.push(() => Promise.all([...running.values()].map((service) => service.stop())));
    const inputs = { backing, tiktok, gatewayPort, given };
    const outcomes = await Promise.allSettled(
      (options.services ?? SERVICES).map(async (name) => {
        const service = await startServiceProcess({
          name,
          command: process.execPath,
          args: [serviceMain(name)],
          cwd: REPOSITORY,
          env: { ...serviceEnvironment(name, inputs), ...options.settings?.[name] },
          ...(name === 'auth-gateway' ? { port: gatewayPort } : {}),
          ...(options.logFolder === undefined ? {} : { logFile: `${options.logFolder}/${name}.log` }),
        });
        running.set(name, service);
        onStep(`${name}: ready, process ${service.pid}`);
      }),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return {
      gatewayUrl: `http://127.0.0.1:${gatewayPort}`,
      backing,
      dialect: tiktok.dialect,
      tiktok: tiktok.fakeUrl === undefined ? undefined : fakeTikTokControl(tiktok.fakeUrl),
      service: (name) => {
        const service = running.get(name);
        if (service === undefined) throw new Error(`${name} was not started`);
        return service;
      },
      natsSeedOf: (user) => backing.users.seedOf(user),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
