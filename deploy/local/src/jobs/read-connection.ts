import { defineConfig, serviceSettings, type Environment } from '@trendpot/config';
import type { Secret } from '@trendpot/secrets';
import { z } from 'zod';

const { NATS_URL, NATS_CREDENTIALS_FILE } = serviceSettings;
const readSettings = defineConfig(z.object({ NATS_URL, NATS_CREDENTIALS_FILE }));

/** Where NATS is, and the key to sign in with. @throws ConfigurationFault */
export const readConnection = (environment: Environment): { readonly url: string; readonly seed?: Secret } => {
  const { NATS_URL: url, NATS_CREDENTIALS_FILE: seed } = readSettings(environment);
  return seed === undefined ? { url } : { url, seed };
};
