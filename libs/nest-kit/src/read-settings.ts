import { ConfigurationFault, defineConfig, mongoSettings, serviceSettings, type Environment } from '@trendpot/config';
import type { Secret } from '@trendpot/secrets';
import { z } from 'zod';

export interface KitSettings {
  readonly port: number;
  readonly logLevel: string;
  readonly natsUrl: string;
  readonly natsSeed?: Secret;
  readonly streamReplicas?: number;
  readonly mongoUri?: string;
}

const readWithoutMongo = defineConfig(z.object(serviceSettings));
const readWithMongo = defineConfig(z.object({ ...serviceSettings, ...mongoSettings }));

const kitSettings = (environment: Environment, usesMongo: boolean): KitSettings => {
  const withMongo = usesMongo ? readWithMongo(environment) : undefined;
  const settings = withMongo ?? readWithoutMongo(environment);
  const { NATS_CREDENTIALS_FILE: natsSeed, NATS_STREAM_REPLICAS: streamReplicas } = settings;
  return {
    port: settings.PORT,
    logLevel: settings.LOG_LEVEL,
    natsUrl: settings.NATS_URL,
    ...(natsSeed === undefined ? {} : { natsSeed }),
    ...(streamReplicas === undefined ? {} : { streamReplicas }),
    ...(withMongo === undefined ? {} : { mongoUri: withMongo.MONGODB_URI }),
  };
};

/**
 * The settings of the kit and those of the service, with the faults of both told at once.
 *
 * @throws ConfigurationFault
 */
export const readSettings = <C>(
  environment: Environment,
  usesMongo: boolean,
  loadConfig: (environment: Environment) => C,
): { readonly kit: KitSettings; readonly config: C } => {
  const faults = new Set<string>();
  const collect = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigurationFault)) throw error;
      error.faults.forEach((fault) => faults.add(fault));
      return undefined;
    }
  };
  const kit = collect(() => kitSettings(environment, usesMongo));
  const config = collect(() => ({ value: loadConfig(environment) }));
  if (kit === undefined || config === undefined) throw new ConfigurationFault([...faults].sort());
  return { kit, config: config.value };
};
