import { STREAM } from '@trendpot/contracts';
import { hasPending, type Messaging } from '@trendpot/messaging';
import { reachable, type Database } from '@trendpot/persistence';
import type { Accounts } from '../domain/ports.ts';
import { ACCOUNT_FIELDS, fromAccountDocument } from './mongo-documents.ts';

/** An account that changed within this time has its work in hand. */
const QUIET_MS = 60_000;

const REFRESH_WORK = /^tiktok\.(jobs|schedules)\.refresh\./;

export const mongoAccounts = ({ collections }: Database, messaging: Messaging, quietMs = QUIET_MS): Accounts => ({
  async quiet(after, limit) {
    const filter = {
      ...(after === undefined ? {} : { _id: { $gt: after } }),
      state: 'healthy' as const,
      updatedAt: { $lt: new Date(Date.now() - quietMs) },
    };
    const documents = await reachable(() =>
      collections.accounts.find(filter, { projection: ACCOUNT_FIELDS }).sort({ _id: 1 }).limit(limit).toArray(),
    );
    return documents.map((document) => fromAccountDocument(document));
  },

  async hasWork(accountId) {
    // The outbox first: what leaves it between the two looks is found in the stream.
    const onItsWay = await reachable(() =>
      collections.outbox.findOne({ accountId, subject: REFRESH_WORK }, { projection: { _id: 1 } }),
    );
    return onItsWay !== null || hasPending(messaging, STREAM.refresh, accountId);
  },
});
