import { ConfigurationFault, defineConfig, readSettingFile, serviceSettings, type Environment } from '@trendpot/config';
import { secret, type Secret } from '@trendpot/secrets';
import { z } from 'zod';

const { NATS_URL, NATS_CREDENTIALS_FILE } = serviceSettings;
const readSettings = defineConfig(z.object({ NATS_URL, NATS_CREDENTIALS_FILE }));

/** Where NATS is, and the key to sign in with. @throws ConfigurationFault */
export const readConnection = (environment: Environment): { readonly url: string; readonly seed?: Secret } => {
  const settings = readSettings(environment);
  if (settings.NATS_CREDENTIALS_FILE === undefined) return { url: settings.NATS_URL };
  const seed = readSettingFile(settings.NATS_CREDENTIALS_FILE)?.trim();
  if (seed === undefined || seed === '') {
    throw new ConfigurationFault(['NATS_CREDENTIALS_FILE names a file that cannot be read or is empty']);
  }
  return { url: settings.NATS_URL, seed: secret(seed) };
};
