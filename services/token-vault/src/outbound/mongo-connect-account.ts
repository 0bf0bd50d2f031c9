import { newMessageId, type AccountState } from '@trendpot/contracts';
import { isDuplicateKey, type AccountDocument, type Collections, type Database } from '@trendpot/persistence';
import type { ClientSession } from 'mongodb';
import type { Accounts, Connection } from '../domain/accounts.ts';
import { digestOfOpenId, freshSync } from './mongo-account-documents.ts';
import type { AccountEvents } from './mongo-account-events.ts';
import type { AppendInTransaction } from './mongo-audit-store.ts';
import { toDocument } from './mongo-credential.ts';
import type { MongoDataKeys } from './mongo-data-keys.ts';

const changesOf = (connection: Connection) => {
  const { at, firstJob, needsConsent } = connection;
  const state: AccountState = needsConsent === undefined ? 'connected' : 'needs_consent';
  return {
    userId: connection.userId,
    state,
    scopes: { requested: connection.requestedScopes, granted: connection.grantedScopes },
    consentCopyVersion: connection.consentCopyVersion,
    credential: toDocument(connection.credential),
    sync: freshSync(firstJob, at),
    ...(needsConsent === undefined ? {} : { lastError: { code: needsConsent, at } }),
    updatedAt: at,
  };
};

const writeAccount = async (
  { accounts }: Collections,
  session: ClientSession,
  connection: Connection,
): Promise<boolean> => {
  const { accountId, openId, replaces, needsConsent, at } = connection;
  const changes = changesOf(connection);
  if (replaces === undefined) {
    const document: AccountDocument = { _id: accountId, openId, ...changes, eventSequence: 0, createdAt: at };
    await accounts.insertOne(document, { session });
    return true;
  }
  const generation = replaces === 0 ? { credential: { $exists: false } } : { 'credential.generation': replaces };
  const { matchedCount } = await accounts.updateOne(
    { _id: accountId, openId, state: { $ne: 'revoked' as const }, ...generation },
    {
      $set: changes,
      $unset: {
        refreshIntent: '',
        consentExpiryAnnounced: '',
        ...(needsConsent === undefined ? { lastError: '' } : {}),
      },
    },
    { session },
  );
  return matchedCount === 1;
};

const writeUser = async ({ users }: Collections, session: ClientSession, connection: Connection): Promise<void> => {
  const { accountId, userId, at } = connection;
  // Another person had connected this creator before: their mirror goes.
  await users.updateMany(
    { 'tiktok.accountId': accountId, _id: { $ne: userId } },
    { $unset: { tiktok: '' }, $set: { updatedAt: at } },
    { session },
  );
  await users.updateOne(
    { _id: userId },
    {
      $set: { tiktok: { accountId, credential: toDocument(connection.credential) }, updatedAt: at },
      $setOnInsert: { createdAt: at },
    },
    { upsert: true, session },
  );
};

/** Account, data key, mirror, consent, audit entry and events of one new grant, in one transaction. */
export const makeConnectAccount = (
  database: Database,
  events: AccountEvents,
  appendAudit: AppendInTransaction,
  dataKeys: MongoDataKeys,
): Accounts['connect'] => {
  const { collections } = database;
  const write = async (session: ClientSession, connection: Connection): Promise<boolean> => {
    const { accountId, userId, at, firstJob, needsConsent } = connection;
    // A disconnect that TikTok has not heard of would end the grant that was just given.
    const openIdDigest = digestOfOpenId(connection.openId);
    if ((await collections.pendingRevocations.findOne({ openIdDigest }, { session })) !== null) return false;
    if (!(await writeAccount(collections, session, connection))) return false;
    await dataKeys.store(session, accountId, connection.credential);
    await writeUser(collections, session, connection);
    await collections.consents.insertOne(
      {
        _id: newMessageId(),
        accountId,
        userId,
        copyVersion: connection.consentCopyVersion,
        requestedScopes: connection.requestedScopes,
        grantedScopes: connection.grantedScopes,
        at,
      },
      { session },
    );
    await events.accountChanged(session, accountId, at, {
      change: 'connected',
      state: needsConsent === undefined ? 'connected' : 'needs_consent',
      ...(needsConsent === undefined ? {} : { code: needsConsent }),
    });
    if (firstJob !== undefined) await events.firstSync(session, firstJob);
    return true;
  };

  return async (connection, entry) => {
    try {
      return await database.transaction(async (session) => {
        if (!(await write(session, connection))) return undefined;
        await appendAudit(session, entry);
        return true;
      });
    } catch (error) {
      // Somebody else connected this creator between our look and our write; aborted, so nothing is stored.
      if (isDuplicateKey(error, 'openId')) return undefined;
      throw error;
    }
  };
};
