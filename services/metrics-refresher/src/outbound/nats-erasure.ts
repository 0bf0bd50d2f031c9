import { STREAM } from '@trendpot/contracts';
import { purgeAccount, type Messaging } from '@trendpot/messaging';

/** Forgets the jobs and schedules of a disconnected creator. Repeatable. */
export const natsErasure = (messaging: Messaging) => async (accountId: string) => ({
  jobs: await purgeAccount(messaging, STREAM.refresh, accountId),
});
