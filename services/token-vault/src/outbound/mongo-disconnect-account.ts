import type { AccountDocument, Database } from '@trendpot/persistence';
import type { ClientSession } from 'mongodb';
import type { Accounts, Disconnection } from '../domain/accounts.ts';
import { digestOfOpenId } from './mongo-account-documents.ts';
import type { AccountEvents } from './mongo-account-events.ts';
import type { AppendInTransaction } from './mongo-audit-store.ts';
import type { MongoDataKeys } from './mongo-data-keys.ts';

/** Access ends, everything personal goes, and what TikTok must still be told with is kept sealed: one transaction. */
export const makeDisconnect = (
  database: Database,
  events: AccountEvents,
  appendAudit: AppendInTransaction,
  dataKeys: MongoDataKeys,
): Accounts['disconnect'] => {
  const { accounts, users, consents, pendingRevocations } = database.collections;

  /** Connecting again writes the account as well, so one of the two is repeated when they happen at the same time. */
  const isOutdated = async (session: ClientSession, { accountId, consentsUntil }: Disconnection): Promise<boolean> => {
    if (consentsUntil === undefined) return false;
    const newest = await consents.findOne({ accountId }, { session, sort: { at: -1 }, projection: { at: 1 } });
    return newest !== null && newest.at > consentsUntil;
  };

  const keepForTikTok = async (session: ClientSession, account: AccountDocument, { at, ...change }: Disconnection) => {
    if (change.atTikTok !== 'pending' || account.credential === undefined) {
      return dataKeys.erase(session, account._id);
    }
    await pendingRevocations.insertOne(
      {
        _id: account._id,
        requestId: change.requestId,
        openIdDigest: digestOfOpenId(account.openId ?? account._id),
        credential: account.credential,
        ...(account.refreshIntent === undefined ? {} : { refreshIntent: account.refreshIntent }),
        attempts: 0,
        dueAt: at,
        keepUntil: change.keepUntil,
        // Claims go on counting where refresh turns stopped: no number ever means two things.
        fence: account.refreshFence ?? 0,
        createdAt: at,
      },
      { session },
    );
  };

  return (change, entry) =>
    database.transaction(async (session) => {
      const { accountId, actor, reason, at, atTikTok } = change;
      if (await isOutdated(session, change)) return undefined;
      const before = await accounts.findOneAndUpdate(
        { _id: accountId, state: { $ne: 'revoked' } },
        {
          $set: {
            state: 'revoked',
            revocation: { at, actor, reason, atTikTok, receipt: entry.hash },
            updatedAt: at,
          },
          $unset: {
            credential: '',
            openId: '',
            profile: '',
            refreshIntent: '',
            lastError: '',
            consentExpiryAnnounced: '',
          },
        },
        { session, returnDocument: 'before' },
      );
      if (before === null) return undefined;
      await users.updateMany(
        { 'tiktok.accountId': accountId },
        { $unset: { tiktok: '' }, $set: { updatedAt: at } },
        { session },
      );
      await keepForTikTok(session, before, change);
      await events.everythingPruned(session, accountId, at, actor.kind);
      await events.accountChanged(session, accountId, at, { change: 'revoked', state: 'revoked' });
      await appendAudit(session, entry);
      return true;
    });
};
