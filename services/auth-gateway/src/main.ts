import { startService } from '@trendpot/nest-kit';
import { AppModule } from './app.module.ts';
import { loadConfig, topologyOf } from './config.ts';
import { configureHttp } from './inbound/http/configure-http.ts';

await startService({
  name: 'auth-gateway',
  loadConfig,
  module: AppModule,
  topology: topologyOf,
  usesMongo: true,
  http: configureHttp,
});
