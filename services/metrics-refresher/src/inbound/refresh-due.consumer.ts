import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { CONSUMER, type RefreshJob } from '@trendpot/contracts';
import type { JobMeta } from '@trendpot/messaging';
import { ConsumesJobs } from '@trendpot/nest-kit';
import type { RefreshAccount } from '../domain/refresh-account.ts';
import { REFRESH_ACCOUNT } from './tokens.ts';

@Controller()
export class RefreshDueConsumer {
  constructor(@Inject(REFRESH_ACCOUNT) private readonly refreshAccount: RefreshAccount) {}

  @ConsumesJobs(CONSUMER.refresh)
  handle(@Payload() job: RefreshJob, @Ctx() meta: JobMeta): Promise<void> {
    return this.refreshAccount(job, meta.signal);
  }
}
