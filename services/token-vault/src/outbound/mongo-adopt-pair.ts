import type { AuditEntry } from '@trendpot/contracts';
import type { Database } from '@trendpot/persistence';
import type { ClientSession } from 'mongodb';
import type { AdoptedPair, PendingRevocations } from '../domain/pending-revocations.ts';
import { digestOfOpenId } from './mongo-account-documents.ts';
import type { AppendInTransaction } from './mongo-audit-store.ts';
import { toDocument } from './mongo-credential.ts';
import type { MongoDataKeys } from './mongo-data-keys.ts';

/** Gives a disconnect that TikTok has not been told of the pair that a refresh brought too late. */
export const makeAdoptPair = (
  database: Database,
  appendAudit: AppendInTransaction,
  dataKeys: MongoDataKeys,
): PendingRevocations['adopt'] => {
  const { pendingRevocations, accounts } = database.collections;

  const replaceVoidPair = async (session: ClientSession, { accountId, from, credential }: AdoptedPair) => {
    const { matchedCount } = await pendingRevocations.updateOne(
      { _id: accountId, 'credential.generation': from },
      {
        // Whoever is at it with the older pair must not conclude anything from that pair being void.
        $inc: { fence: 1 },
        $set: { credential: toDocument(credential), dueAt: new Date() },
        $unset: { refreshIntent: '', claim: '' },
      },
      { session },
    );
    return matchedCount === 1;
  };

  const takeUpAgain = async (session: ClientSession, pair: AdoptedPair, { at, requestId }: AuditEntry) => {
    const { accountId, credential, openId, keepUntil } = pair;
    // Who has connected again meanwhile must keep what they gave; without their name nobody can tell.
    if (openId === undefined) return false;
    if ((await accounts.findOne({ openId }, { session, projection: { _id: 1 } })) !== null) return false;
    const account = await accounts.findOneAndUpdate(
      { _id: accountId, 'revocation.atTikTok': 'given-up' },
      { $set: { 'revocation.atTikTok': 'pending', updatedAt: new Date(at) } },
      { session, projection: { refreshFence: 1 } },
    );
    if (account === null) return false;
    await pendingRevocations.insertOne(
      {
        _id: accountId,
        requestId,
        openIdDigest: digestOfOpenId(openId),
        credential: toDocument(credential),
        attempts: 0,
        dueAt: new Date(),
        keepUntil,
        fence: account.refreshFence ?? 0,
        createdAt: new Date(at),
      },
      { session },
    );
    return true;
  };

  return (pair, entry) =>
    database.transaction(async (session) => {
      if (!(await replaceVoidPair(session, pair)) && !(await takeUpAgain(session, pair, entry))) return undefined;
      await dataKeys.store(session, pair.accountId, pair.credential);
      await appendAudit(session, entry);
      return true;
    });
};
