import type { Database } from '@trendpot/persistence';
import type { ClientSession, UpdateFilter } from 'mongodb';
import type { AccountDocument } from '@trendpot/persistence';
import type { Accounts, RenewedPair } from '../domain/accounts.ts';
import { ACTIVE_STATES, freshSync } from './mongo-account-documents.ts';
import type { AccountEvents } from './mongo-account-events.ts';
import type { AppendInTransaction } from './mongo-audit-store.ts';
import { toDocument } from './mongo-credential.ts';
import type { MongoDataKeys } from './mongo-data-keys.ts';

const LONG_AGO = new Date(0);
/** The turn is free again, and the mark stays that TikTok's answer, if there was one, is lost. */
const ENDED_WITHOUT_OUTCOME = { 'refreshIntent.expiresAt': LONG_AGO };

/** The intent record and what a refresh writes. Turns are told apart by the database's clock, not by the replicas'. */
export const makeRefreshTurns = (
  database: Database,
  events: AccountEvents,
  appendAudit: AppendInTransaction,
  dataKeys: MongoDataKeys,
): Pick<Accounts, 'beginRefresh' | 'endRefresh' | 'storeRenewed' | 'requireConsent'> => {
  const { accounts, users, pendingRevocations } = database.collections;

  const writePair = async (session: ClientSession, pair: RenewedPair): Promise<boolean> => {
    const { accountId, credential, at, needsConsent, restart } = pair;
    const document = toDocument(credential);
    const changes: UpdateFilter<AccountDocument> = {
      $set: {
        credential: document,
        ...(pair.grantedScopes === undefined ? {} : { 'scopes.granted': pair.grantedScopes }),
        updatedAt: at,
      },
    };
    const before = await accounts.findOneAndUpdate(
      { _id: accountId, 'credential.generation': pair.from, state: { $ne: 'revoked' } },
      changes,
      { session, returnDocument: 'before', projection: { state: 1 } },
    );
    if (before === null) return false;
    await dataKeys.store(session, accountId, credential);
    // Only this turn's mark: another replica may be waiting for TikTok's answer about the old pair right now.
    await accounts.updateOne(
      { _id: accountId, 'refreshIntent.fence': pair.fence },
      { $unset: { refreshIntent: '' } },
      { session },
    );
    await users.updateOne(
      { 'tiktok.accountId': accountId },
      { $set: { 'tiktok.credential': document, updatedAt: at } },
      { session },
    );
    if (needsConsent !== undefined) {
      await setState(session, accountId, 'needs_consent', needsConsent, at);
    } else if (before.state === 'needs_consent') {
      // It was given up while this pair was on the way; its jobs are gone, so it starts anew.
      await accounts.updateOne(
        { _id: accountId },
        { $set: { state: 'connected', sync: freshSync(restart, at) }, $unset: { lastError: '', refreshIntent: '' } },
        { session },
      );
      await events.accountChanged(session, accountId, at, { change: 'connected', state: 'connected' });
      await events.firstSync(session, restart);
    }
    return true;
  };

  const setState = async (
    session: ClientSession,
    accountId: string,
    state: 'needs_consent',
    code: string,
    at: Date,
  ) => {
    await accounts.updateOne(
      { _id: accountId },
      { $set: { state, lastError: { code, at }, updatedAt: at } },
      { session },
    );
    await events.accountChanged(session, accountId, at, { change: 'state', state, code });
  };

  return {
    beginRefresh: async (accountId, generation, holder, leaseMs) => {
      const before = await accounts.findOneAndUpdate(
        {
          _id: accountId,
          'credential.generation': generation,
          state: { $in: [...ACTIVE_STATES] },
          $expr: { $lte: [{ $ifNull: ['$refreshIntent.expiresAt', LONG_AGO] }, '$$NOW'] },
        },
        [
          { $set: { refreshFence: { $add: [{ $ifNull: ['$refreshFence', 0] }, 1] } } },
          {
            $set: {
              refreshIntent: {
                fence: '$refreshFence',
                holder: { $literal: holder },
                startedAt: '$$NOW',
                expiresAt: { $add: ['$$NOW', leaseMs] },
              },
            },
          },
        ],
        { returnDocument: 'before', projection: { refreshFence: 1, refreshIntent: 1 } },
      );
      if (before === null) return undefined;
      return { fence: (before.refreshFence ?? 0) + 1, unfinishedBefore: before.refreshIntent !== undefined };
    },

    endRefresh: async (accountId, fence, outcome) => {
      const turn = { _id: accountId, 'refreshIntent.fence': fence };
      const change =
        outcome === 'nothing-sent' ? { $unset: { refreshIntent: '' as const } } : { $set: ENDED_WITHOUT_OUTCOME };
      if ((await accounts.updateOne(turn, change)).matchedCount === 1) return;
      // A disconnect took the intent along, and whoever tells TikTok of it goes by what it says.
      await pendingRevocations.updateOne(turn, change);
    },

    storeRenewed: (pair, entry) =>
      database.transaction(async (session) => {
        if (!(await writePair(session, pair))) return undefined;
        await appendAudit(session, entry);
        return true;
      }),

    requireConsent: (accountId, generation, fence, code, entry) =>
      database.transaction(async (session) => {
        const { matchedCount } = await accounts.updateOne(
          {
            _id: accountId,
            'credential.generation': generation,
            'refreshIntent.fence': fence,
            state: { $in: [...ACTIVE_STATES] },
          },
          // A pair that was lost may be in the hands of a frozen process; a disconnect must not take the grant for void.
          code === 'E_REFRESH_LOST' ? { $set: ENDED_WITHOUT_OUTCOME } : { $unset: { refreshIntent: '' } },
          { session },
        );
        if (matchedCount === 0) return undefined;
        await setState(session, accountId, 'needs_consent', code, new Date(entry.at));
        await appendAudit(session, entry);
        return true;
      }),
  };
};
