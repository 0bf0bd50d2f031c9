import type { AuditEntry } from '@trendpot/contracts';
import { reachablePort, type Database, type PendingRevocationDocument } from '@trendpot/persistence';
import type { Filter } from 'mongodb';
import type { ToldTikTok } from '../domain/accounts.ts';
import type { PendingRevocation, PendingRevocations } from '../domain/pending-revocations.ts';
import type { Credential } from '../domain/sealing/credential.ts';
import { digestOfOpenId } from './mongo-account-documents.ts';
import { makeAdoptPair } from './mongo-adopt-pair.ts';
import type { AppendInTransaction } from './mongo-audit-store.ts';
import { toDocument } from './mongo-credential.ts';
import type { MongoDataKeys } from './mongo-data-keys.ts';

const LONG_AGO = new Date(0);

type Claimed = PendingRevocationDocument & Required<Pick<PendingRevocationDocument, 'claim'>>;

const toPending = (document: Claimed, credential: Credential, leaseMs: number): PendingRevocation => {
  const databaseNow = document.claim.expiresAt.getTime() - leaseMs;
  const refreshEnds = document.refreshIntent?.expiresAt.getTime() ?? 0;
  return {
    accountId: document._id,
    requestId: document.requestId,
    credential,
    attempts: document.attempts,
    keepUntil: document.keepUntil,
    refreshEndsInMs: Math.max(0, refreshEnds - databaseNow),
    refreshUnfinished: document.refreshIntent !== undefined,
    fence: document.fence,
  };
};

export const mongoPendingRevocations = (
  database: Database,
  appendAudit: AppendInTransaction,
  dataKeys: MongoDataKeys,
): PendingRevocations => {
  const { pendingRevocations, accounts } = database.collections;

  const close = (
    which: Filter<PendingRevocationDocument>,
    outcome: Exclude<ToldTikTok, 'pending'>,
    entry: AuditEntry,
  ): Promise<true | undefined> =>
    database.transaction(async (session) => {
      const closed = await pendingRevocations.findOneAndDelete(which, { session, projection: { fence: 1 } });
      if (closed === null) return undefined;
      await dataKeys.erase(session, closed._id);
      await accounts.updateOne(
        { _id: closed._id, revocation: { $exists: true } },
        // The number is kept: if the revocation is taken up again, an old claim must not fit.
        { $set: { 'revocation.atTikTok': outcome, refreshFence: closed.fence, updatedAt: new Date(entry.at) } },
        { session },
      );
      await appendAudit(session, entry);
      return true;
    });

  const idsOf = async (filter: Filter<PendingRevocationDocument>): Promise<readonly string[]> =>
    (await pendingRevocations.find(filter, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);

  return reachablePort<PendingRevocations>({
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
      const claimed = { ...document, claim: document.claim };
      const again = async () => (await pendingRevocations.findOne({ _id: document._id }))?.credential;
      return toPending(claimed, await dataKeys.attach(document._id, document.credential, again), leaseMs);
    },

    isClaimed: async (accountId, fence) => {
      const claim = { _id: accountId, fence, claim: { $exists: true } };
      return (await pendingRevocations.findOne(claim, { projection: { _id: 1 } })) !== null;
    },

    beginRefresh: async (accountId, fence) => {
      // Its caller has ended by the end of the claim.
      const until = { holder: '$claim.holder', expiresAt: '$claim.expiresAt' };
      const intent = { fence: '$fence', startedAt: '$$NOW', ...until };
      const { matchedCount } = await pendingRevocations.updateOne({ _id: accountId, fence, claim: { $exists: true } }, [
        { $set: { refreshIntent: intent } },
      ]);
      return matchedCount === 1;
    },

    endRefresh: async (accountId, fence, outcome) => {
      await pendingRevocations.updateOne(
        { _id: accountId, fence },
        outcome === 'nothing-sent'
          ? { $unset: { refreshIntent: '' } }
          : { $set: { 'refreshIntent.expiresAt': LONG_AGO } },
      );
    },

    storeRenewed: (accountId, fence, credential, entry) =>
      database.transaction(async (session) => {
        const change = { $set: { credential: toDocument(credential) }, $unset: { refreshIntent: '' as const } };
        const { matchedCount } = await pendingRevocations.updateOne({ _id: accountId, fence }, change, { session });
        if (matchedCount === 0) return undefined;
        await dataKeys.store(session, accountId, credential);
        await appendAudit(session, entry);
        return true;
      }),

    adopt: makeAdoptPair(database, appendAudit, dataKeys),

    finish: (accountId, fence, outcome, entry) => close({ _id: accountId, fence }, outcome, entry),

    postpone: async (accountId, fence, delayMs) => {
      await pendingRevocations.updateOne(
        { _id: accountId, fence },
        { $set: { dueAt: new Date(Date.now() + delayMs) }, $unset: { claim: '' } },
      );
    },

    ofPerson: async (userId) => {
      const untold = { userId, 'revocation.atTikTok': 'pending' as const };
      const ids = (await accounts.find(untold, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);
      return ids.length === 0 ? [] : idsOf({ _id: { $in: ids } });
    },

    ofCreator: (openId) => idsOf({ openIdDigest: digestOfOpenId(openId) }),

    withdraw: (accountId, entry) => close({ _id: accountId }, 'given-up', entry),
  });
};
