import { STREAM } from '@trendpot/contracts';
import { purgeAccount, type Messaging } from '@trendpot/messaging';
import type { Erasure } from '../domain/ports.ts';

export const natsErasure = (messaging: Messaging): Erasure => ({
  jobs: (accountId) => purgeAccount(messaging, STREAM.refresh, accountId),
});
