import { SyncJob, syncJobSubject } from '@trendpot/contracts';
import { publish, type Messaging } from '@trendpot/messaging';
import type { Jobs } from '../domain/ports.ts';

export const natsJobs = (messaging: Messaging): Jobs => ({
  sync: async (job) => {
    const body = JSON.stringify(SyncJob.parse(job));
    await publish(messaging, { subject: syncJobSubject(job.lane, job.accountId), body, messageId: job.jobId });
  },
});
