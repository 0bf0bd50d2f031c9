import type { ClientSession } from 'mongodb';
import { LeaseRequest, newAccountId, newMessageId, PlatformError, SUBJECT } from '@trendpot/contracts';
import { accessTokenAt } from '@trendpot/fake-tiktok';
import type { FakeTikTokControl } from '@trendpot/local-platform';
import { publish, respond, sealTo, type Messaging } from '@trendpot/messaging';
import { startOutboxRelay, type Database, type Relay } from '@trendpot/persistence';
import { makeAccountEvents } from '../../services/token-vault/src/outbound/mongo-account-events.ts';

const SERVICE = 'token-vault';
const SCOPES = ['user.info.basic', 'video.list', 'video.data', 'webhook.subscription'];
const SILENT = { info: () => undefined, warn: () => undefined };

export interface StandInVault extends AsyncDisposable {
  /** A creator who has just connected: account document, first event and first job, as the vault writes them. */
  connect(handle: string): Promise<string>;
  /** The same, but without the first job. */
  connectWithoutJob(handle: string): Promise<string>;
  /** Queues the first job of a creator who was connected without one. */
  begin(accountId: string): Promise<void>;
  /** What the vault writes when a creator disconnects. */
  disconnect(accountId: string): Promise<void>;
  leases(): number;
}

/**
 * STAND-IN for token-vault where its own work is not the matter: it answers on the vault's real subject, from the vault's
 * own NATS account, seals to the requester and writes through the outbox; it has no KMS and keeps tokens in memory.
 */
export const startStandInVault = async (parts: {
  messaging: Messaging;
  database: Database;
  tiktok: FakeTikTokControl;
}): Promise<StandInVault> => {
  const { messaging, database, tiktok } = parts;
  const { collections } = database;
  const events = makeAccountEvents(collections);
  const held = new Map<string, { handle: string; token: string; generation: number }>();
  let leases = 0;

  const responder = respond(messaging, {
    subject: SUBJECT.vaultLease,
    queue: SERVICE,
    schema: LeaseRequest,
    handler: async ({ accountId, recipient, rejectedGeneration }) => {
      const grant = held.get(accountId);
      if (grant === undefined) throw new PlatformError('E_ACCOUNT_REVOKED', `nothing is held for ${accountId}`);
      if (rejectedGeneration === grant.generation) {
        grant.token = await accessTokenAt(tiktok.url, { creator: grant.handle, scopes: SCOPES });
        grant.generation += 1;
      }
      leases += 1;
      const { sealed, sender } = sealTo(recipient, Buffer.from(grant.token));
      const sealedToken = Buffer.from(sealed).toString('base64');
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      return { sealedToken, sender, expiresAt, generation: grant.generation };
    },
  });
  const relay: Relay = startOutboxRelay({
    database,
    service: SERVICE,
    logger: SILENT,
    publish: ({ _id: messageId, subject, body, schedule }) =>
      publish(messaging, { subject, body, messageId, ...(schedule === undefined ? {} : { schedule }) }),
  });

  const firstSync = (session: ClientSession, accountId: string): Promise<number> =>
    events.firstSync(session, {
      version: 1,
      jobId: newMessageId(),
      requestId: `req_${accountId.slice(4)}`,
      accountId,
      mode: 'full',
      lane: 'first',
      walkId: newMessageId(),
      page: 0,
      attempt: 1,
      queuedAt: new Date().toISOString(),
    });

  const connect = async (handle: string, withJob: boolean): Promise<string> => {
    const accountId = newAccountId();
    held.set(accountId, {
      handle,
      token: await accessTokenAt(tiktok.url, { creator: handle, scopes: SCOPES }),
      generation: 1,
    });
    const now = new Date();
    await database.transaction(async (session) => {
      await collections.accounts.insertOne(
        {
          _id: accountId,
          openId: `open-${accountId}`,
          userId: accountId.replace('acc_', 'usr_'),
          state: 'connected',
          scopes: { requested: SCOPES, granted: SCOPES },
          consentCopyVersion: 'test',
          sync: { pages: 0, videos: 0, complete: false },
          eventSequence: 0,
          createdAt: now,
          updatedAt: now,
        },
        { session },
      );
      await events.accountChanged(session, accountId, now, { change: 'connected', state: 'connected' });
      if (withJob) await firstSync(session, accountId);
    });
    relay.notify(accountId);
    return accountId;
  };

  const disconnect = async (accountId: string): Promise<void> => {
    held.delete(accountId);
    const now = new Date();
    await database.transaction(async (session) => {
      const update = { $set: { state: 'revoked', updatedAt: now }, $unset: { openId: '' } } as const;
      await collections.accounts.updateOne({ _id: accountId }, update, { session });
      await events.everythingPruned(session, accountId, now, 'creator');
      await events.accountChanged(session, accountId, now, { change: 'revoked', state: 'revoked' });
    });
    relay.notify(accountId);
  };

  return {
    connect: (handle) => connect(handle, true),
    connectWithoutJob: (handle) => connect(handle, false),
    begin: async (accountId) => {
      await database.transaction((session) => firstSync(session, accountId));
      relay.notify(accountId);
    },
    disconnect,
    leases: () => leases,
    [Symbol.asyncDispose]: async () => {
      await responder.stop();
      await relay.stop();
    },
  };
};
