import { reachablePort, type Database } from '@trendpot/persistence';
import type { Accounts } from '../domain/accounts.ts';
import { toVaultAccount, VAULT_PROJECTION } from './mongo-account-documents.ts';
import { makeAccountEvents } from './mongo-account-events.ts';
import type { AppendInTransaction } from './mongo-audit-store.ts';
import { batchedFind } from './mongo-batched-find.ts';
import { makeConnectAccount } from './mongo-connect-account.ts';
import { toCredential } from './mongo-credential.ts';
import { withoutKey, type MongoDataKeys } from './mongo-data-keys.ts';
import { makeDisconnect } from './mongo-disconnect-account.ts';
import { makeRefreshTurns } from './mongo-refresh-turns.ts';

/** A data key that was replaced between the two reads fits when both are read again. */
const LOOKS = 3;

export const mongoAccounts = (
  database: Database,
  appendAudit: AppendInTransaction,
  dataKeys: MongoDataKeys,
): Accounts => {
  const { accounts } = database.collections;
  const events = makeAccountEvents(database.collections);
  const findById = batchedFind(accounts, VAULT_PROJECTION);

  const find: Accounts['find'] = async (accountId) => {
    for (let look = 1; ; look += 1) {
      const document = await findById(accountId);
      if (document?.credential === undefined) return document && toVaultAccount(document, undefined);
      const wrapped = await dataKeys.wrappedFor(accountId, document.credential);
      if (wrapped !== undefined) return toVaultAccount(document, toCredential(document.credential, wrapped));
      if (look === LOOKS) return toVaultAccount(document, withoutKey(document.credential));
    }
  };

  return reachablePort<Accounts>({
    find,
    findByOpenId: async (openId) => {
      const document = await accounts.findOne({ openId }, { projection: { _id: 1 } });
      return document === null ? undefined : find(document._id);
    },
    findIdByUser: async (userId) => {
      const newest = { sort: { createdAt: -1 as const }, projection: { _id: 1 } };
      return (await accounts.findOne({ userId, state: { $ne: 'revoked' } }, newest))?._id;
    },
    connect: makeConnectAccount(database, events, appendAudit, dataKeys),
    ...makeRefreshTurns(database, events, appendAudit, dataKeys),
    disconnect: makeDisconnect(database, events, appendAudit, dataKeys),
  });
};
