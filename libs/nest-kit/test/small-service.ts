import { defineConfig, secretText } from '@trendpot/config';
import { PlatformError } from '@trendpot/contracts';
import { startService } from '@trendpot/nest-kit';
import { z } from 'zod';

const loadConfig = defineConfig(z.object({ TIKTOK_CLIENT_SECRET: secretText(8), KMS: z.string().optional() }));

class SmallModule {}
let attempts = 0;
process.once('SIGUSR2', () => void Promise.reject(new Error('nobody caught act.canary0123456789')));

/** A service without handlers, HTTP or anything of its own, as a process. */
await startService({
  name: 'token-vault',
  loadConfig,
  module: {
    register: (config) => {
      attempts += 1;
      if (config.KMS === 'slow' && attempts < 3) throw new PlatformError('E_VAULT_KMS_UNAVAILABLE', 'no answer');
      if (config.KMS === 'denied') throw new PlatformError('E_VAULT_KMS_DENIED', 'no managed key act.canary0123456789');
      return { module: SmallModule };
    },
  },
  topology: () => ({}),
  usesMongo: true,
});
