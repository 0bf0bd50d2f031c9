import { STREAM, type AccountState } from '@trendpot/contracts';
import { hasPending, type Messaging } from '@trendpot/messaging';
import { reachable, type Database } from '@trendpot/persistence';
import type { Accounts } from '../domain/ports.ts';
import { ACCOUNT_FIELDS, fromAccountDocument } from './mongo-account-document.ts';

const SERVING = ['connected', 'syncing', 'healthy'] as const satisfies readonly AccountState[];

/** An account that changed within this time has its work in hand. */
const QUIET_MS = 60_000;

const SYNC_WORK = /^tiktok\.(jobs|schedules)\.sync\./;

export const mongoAccounts = ({ collections }: Database, messaging: Messaging, quietMs = QUIET_MS): Accounts => ({
  async quiet(after, limit) {
    const filter = {
      ...(after === undefined ? {} : { _id: { $gt: after } }),
      state: { $in: SERVING },
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
      collections.outbox.findOne({ accountId, subject: SYNC_WORK }, { projection: { _id: 1 } }),
    );
    return onItsWay !== null || hasPending(messaging, STREAM.sync, accountId);
  },
});
