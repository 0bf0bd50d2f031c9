import type { Database } from '@trendpot/persistence';
import type { Accounts } from '../domain/accounts.ts';
import { toVaultAccount, VAULT_PROJECTION } from './mongo-account-documents.ts';
import { makeAccountEvents } from './mongo-account-events.ts';
import type { AppendInTransaction } from './mongo-audit-store.ts';
import { batchedFind } from './mongo-batched-find.ts';
import { makeConnectAccount } from './mongo-connect-account.ts';
import { makeDisconnect } from './mongo-disconnect-account.ts';
import { makeRefreshTurns } from './mongo-refresh-turns.ts';

export const mongoAccounts = (database: Database, appendAudit: AppendInTransaction): Accounts => {
  const { accounts } = database.collections;
  const events = makeAccountEvents(database.collections);
  const findById = batchedFind(accounts, VAULT_PROJECTION);
  return {
    find: async (accountId) => {
      const document = await findById(accountId);
      return document === undefined ? undefined : toVaultAccount(document);
    },
    findByOpenId: async (openId) => {
      const document = await accounts.findOne({ openId }, { projection: VAULT_PROJECTION });
      return document === null ? undefined : toVaultAccount(document);
    },
    findIdByUser: async (userId) => {
      const newest = { sort: { createdAt: -1 as const }, projection: { _id: 1 } };
      return (await accounts.findOne({ userId, state: { $ne: 'revoked' } }, newest))?._id;
    },
    connect: makeConnectAccount(database, events, appendAudit),
    ...makeRefreshTurns(database, events, appendAudit),
    disconnect: makeDisconnect(database, events, appendAudit),
  };
};
