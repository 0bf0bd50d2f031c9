import 'reflect-metadata';
import { startService } from '@trendpot/nest-kit';
import { AppModule } from './app.module.ts';
import { loadConfig, topologyOf } from './config.ts';

await startService({ name: 'embed-sanitizer', loadConfig, module: AppModule, topology: topologyOf, usesMongo: false });
