import type { Database } from '@trendpot/persistence';
import type { PendingRevocations } from '../domain/pending-revocations.ts';
import type { AppendInTransaction } from './mongo-audit-store.ts';
import { toCredential, toDocument } from './mongo-credential.ts';

const LONG_AGO = new Date(0);

export const mongoPendingRevocations = (database: Database, appendAudit: AppendInTransaction): PendingRevocations => {
  const { pendingRevocations, accounts } = database.collections;
  return {
    claim: async (holder, leaseMs, accountId) => {
      const document = await pendingRevocations.findOneAndUpdate(
        {
          ...(accountId === undefined ? { dueAt: { $lte: new Date() } } : { _id: accountId }),
          $expr: { $lte: [{ $ifNull: ['$claim.expiresAt', LONG_AGO] }, '$$NOW'] },
        },
        [
          {
            $set: {
              fence: { $add: ['$fence', 1] },
              attempts: { $add: ['$attempts', 1] },
              claim: { holder: { $literal: holder }, expiresAt: { $add: ['$$NOW', leaseMs] } },
            },
          },
        ],
        { returnDocument: 'after', sort: { dueAt: 1 } },
      );
      if (document?.claim === undefined) return undefined;
      const databaseNow = document.claim.expiresAt.getTime() - leaseMs;
      const refreshEnds = document.refreshIntent?.expiresAt.getTime() ?? 0;
      return {
        accountId: document._id,
        requestId: document.requestId,
        credential: toCredential(document.credential),
        attempts: document.attempts,
        keepUntil: document.keepUntil,
        refreshEndsInMs: Math.max(0, refreshEnds - databaseNow),
        fence: document.fence,
      };
    },

    storeRenewed: async (accountId, fence, credential) => {
      const change = { $set: { credential: toDocument(credential) } };
      return (await pendingRevocations.updateOne({ _id: accountId, fence }, change)).matchedCount === 1;
    },

    adopt: async (accountId, from, credential) => {
      const { matchedCount } = await pendingRevocations.updateOne(
        { _id: accountId, 'credential.generation': from },
        {
          // Whoever is at it with the older pair must not conclude anything from that pair being void.
          $inc: { fence: 1 },
          $set: { credential: toDocument(credential), dueAt: new Date() },
          $unset: { refreshIntent: '', claim: '' },
        },
      );
      return matchedCount === 1;
    },

    finish: (accountId, fence, outcome, entry) =>
      database.transaction(async (session) => {
        const { deletedCount } = await pendingRevocations.deleteOne({ _id: accountId, fence }, { session });
        if (deletedCount === 0) return undefined;
        await accounts.updateOne(
          { _id: accountId, revocation: { $exists: true } },
          { $set: { 'revocation.atTikTok': outcome, updatedAt: new Date(entry.at) } },
          { session },
        );
        await appendAudit(session, entry);
        return true;
      }),

    postpone: async (accountId, fence, delayMs) => {
      await pendingRevocations.updateOne(
        { _id: accountId, fence },
        { $set: { dueAt: new Date(Date.now() + delayMs) }, $unset: { claim: '' } },
      );
    },
  };
};
