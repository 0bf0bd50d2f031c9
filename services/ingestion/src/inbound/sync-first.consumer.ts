import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { CONSUMER, type SyncJob } from '@trendpot/contracts';
import { ConsumesJobs } from '@trendpot/nest-kit';
import type { JobMeta } from '@trendpot/messaging';
import type { SyncPage } from '../domain/sync-page.ts';
import { SYNC_PAGE } from './tokens.ts';

@Controller()
export class SyncFirstConsumer {
  constructor(@Inject(SYNC_PAGE) private readonly syncPage: SyncPage) {}

  @ConsumesJobs(CONSUMER.syncFirst)
  handle(@Payload() job: SyncJob, @Ctx() meta: JobMeta): Promise<void> {
    return this.syncPage(job, meta.signal, meta.deliveries);
  }
}
