import { startService } from '@trendpot/nest-kit';
import { AppModule } from './app.module.ts';
import { loadConfig } from './config.ts';
import { finishWithinMs } from './vault-times.ts';

await startService({
  name: 'token-vault',
  loadConfig,
  module: AppModule,
  topology: () => ({}),
  usesMongo: true,
  finishWithinMs,
});
