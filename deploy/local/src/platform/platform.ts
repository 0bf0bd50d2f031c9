import { SERVICES, type NatsUser, type ServiceName } from '@trendpot/contracts';
import type { SourceKind } from '../parts/part.ts';
import { findFreePort } from '../processes/free-port.ts';
import { startServiceProcess, type ServiceProcess } from '../processes/service-process.ts';
import { fakeTikTokControl, type FakeTikTokControl } from '../journey/fake-tiktok.ts';
import { PartError } from '../part-error.ts';
import { startBacking, type Backing } from './backing.ts';
import { FAKE_CLIENT, startFakeTikTokProcess } from './fake-tiktok-process.ts';
import { REPOSITORY, serviceMain } from './repository.ts';
import { localOriginOf, serviceEnvironment } from './service-environment.ts';
import { readTikTokSettings, type TikTokSettings } from './tiktok-settings.ts';

const SHOWN_LINES = 12;

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
  /** Aborted, a start that is under way stops what it has started, at its next step. */
  readonly signal?: AbortSignal;
  onStep?(text: string): void;
  /** Runs when the fake TikTok answers, before anything else is started; what it throws ends the start. */
  onTikTok?(tiktok: FakeTikTokControl): Promise<void>;
}

/** The whole platform, running: every service a process of its own. */
export interface Platform extends AsyncDisposable {
  readonly gatewayUrl: string;
  /** Where a person finds the pages. */
  readonly publicOrigin: string;
  readonly backing: Backing;
  readonly dialect: 'alignment' | 'published';
  /** Absent when the real TikTok is used. */
  readonly tiktok: FakeTikTokControl | undefined;
  service(name: ServiceName): ServiceProcess;
  /** Credentials for a tool that signs in at NATS as this user. */
  natsSeedOf(user: NatsUser): string | undefined;
  /** Settles when one of the services that were started ends, whoever ended it; never, if none does. */
  readonly serviceEnded: Promise<PartError>;
  /** Never rejects; answers what did not end as it should, in words. Safe to call twice. */
  stop(): Promise<readonly string[]>;
}

/** Ends something; answers what did not go as it should, in words. */
type Stop = () => Promise<readonly string[] | void>;

const startTikTok = async (
  { real, dialect }: ReturnType<typeof readTikTokSettings>,
  options: PlatformOptions,
  stops: Stop[],
): Promise<TikTokSettings> => {
  if (real !== undefined) {
    options.onStep?.(`TikTok: the real one, dialect ${dialect}`);
    return real;
  }
  const fake = await startFakeTikTokProcess({ dialect, coverHost: 'self', ...options.knobs });
  stops.push(async () => void (await fake.stop()));
  options.onStep?.(`TikTok: a fake at ${fake.url}, dialect ${dialect}`);
  await options.onTikTok?.(fakeTikTokControl(fake.url));
  return { clientKey: FAKE_CLIENT.key, clientSecret: FAKE_CLIENT.secret, dialect, fakeUrl: fake.url };
};

/** Ends a service that has not ended before. */
const stopService = async (service: ServiceProcess): Promise<readonly string[]> => {
  const wasRunning = service.running;
  const { exitCode, forced } = await service.stop();
  if (forced) return [`${service.name} did not end by itself and was killed`];
  return wasRunning && exitCode !== 0 ? [`${service.name} ended with code ${exitCode} when it was stopped`] : [];
};

const endOf = async (service: ServiceProcess): Promise<PartError> => {
  const code = await service.exited;
  const details = { part: service.name, lastLines: service.lines.slice(-SHOWN_LINES) };
  return new PartError('E_PART_EXITED', `ended with code ${code} while the platform was up.`, details);
};

/**
 * Starts everything and resolves when every service is ready.
 * @throws PartError, or ConfigurationFault for half of TikTok's credentials; what had started is stopped
 */
export const startPlatform = async (options: PlatformOptions = {}): Promise<Platform> => {
  const stops: Stop[] = [];
  const stop = async (): Promise<readonly string[]> => {
    const faults: string[] = [];
    for (const end of stops.splice(0).reverse()) {
      const said = await end().catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
      faults.push(...(said ?? []));
    }
    return faults;
  };
  try {
    const given = options.environment ?? {};
    const tiktokSettings = readTikTokSettings(given);
    const onStep = (step: string): void => options.onStep?.(step);
    const tiktok = await startTikTok(tiktokSettings, options, stops);
    options.signal?.throwIfAborted();
    const backing = await startBacking({
      environment: given,
      databaseName: options.databaseName ?? 'trendpot',
      onStep,
      ...(options.order === undefined ? {} : { order: options.order }),
      ...(options.natsLines === undefined ? {} : { natsLines: options.natsLines }),
    });
    stops.push(() => backing.stop());
    options.signal?.throwIfAborted();
    const gatewayPort = options.gatewayPort ?? (await findFreePort());
    options.signal?.throwIfAborted();
    const running = new Map<ServiceName, ServiceProcess>();
    stops.push(async () => (await Promise.all([...running.values()].map(stopService))).flat());
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
    options.signal?.throwIfAborted();
    return {
      gatewayUrl: `http://127.0.0.1:${gatewayPort}`,
      publicOrigin: localOriginOf(inputs),
      backing,
      dialect: tiktok.dialect,
      tiktok: tiktok.fakeUrl === undefined ? undefined : fakeTikTokControl(tiktok.fakeUrl),
      service: (name) => {
        const service = running.get(name);
        if (service === undefined) throw new Error(`${name} was not started`);
        return service;
      },
      natsSeedOf: (user) => backing.users.seedOf(user),
      serviceEnded: Promise.race([...running.values()].map(endOf)),
      stop,
      [Symbol.asyncDispose]: async () => void (await stop()),
    };
  } catch (error) {
    await stop();
    throw error;
  }
};
