import { STREAM, type AccountState } from '@trendpot/contracts';
import { hasPending, type Messaging } from '@trendpot/messaging';
import { reachable, type AccountDocument, type Database } from '@trendpot/persistence';
import type { Accounts } from './reconcile.ts';

/** What of the accounts a worker keeps at work, and how it reads them. */
export interface Charge<Account> {
  readonly queue: 'sync' | 'refresh';
  /** States in which an account ought to have work. */
  readonly states: readonly AccountState[];
  readonly fields: Readonly<Record<string, 1>>;
  fromDocument(document: AccountDocument): Account;
}

/** An account that changed within this time has its work in hand. */
const QUIET_MS = 60_000;

export const mongoAccounts = <Account extends { readonly accountId: string }>(
  { collections }: Database,
  messaging: Messaging,
  { queue, states, fields, fromDocument }: Charge<Account>,
): Accounts<Account> => {
  const subject = new RegExp(`^tiktok\\.(jobs|schedules)\\.${queue}\\.`);
  return {
    async quiet(after, limit) {
      const filter = {
        ...(after === undefined ? {} : { _id: { $gt: after } }),
        state: { $in: states },
        updatedAt: { $lt: new Date(Date.now() - QUIET_MS) },
      };
      const documents = await reachable(() =>
        collections.accounts.find(filter, { projection: fields }).sort({ _id: 1 }).limit(limit).toArray(),
      );
      return documents.map((document) => fromDocument(document));
    },

    async hasWork(accountId) {
      // The outbox first: what leaves it between the two looks is found in the stream.
      const onItsWay = await reachable(() =>
        collections.outbox.findOne({ accountId, subject }, { projection: { _id: 1 } }),
      );
      return onItsWay !== null || hasPending(messaging, STREAM[queue], accountId);
    },
  };
};
