import {
  eventEnvelope,
  SUBJECT,
  syncJobSubject,
  type AccountsUpdate,
  type Actor,
  type SyncJob,
} from '@trendpot/contracts';
import { appendOutbox, type Collections } from '@trendpot/persistence';
import type { ClientSession } from 'mongodb';

const SERVICE = 'token-vault' as const;

/** What the vault publishes about an account, each in the transaction that brings it about. */
export const makeAccountEvents = (collections: Collections) => ({
  accountChanged: (
    session: ClientSession,
    accountId: string,
    at: Date,
    change: Pick<AccountsUpdate, 'change' | 'state' | 'code'>,
  ): Promise<number> =>
    appendOutbox(collections, session, {
      accountId,
      service: SERVICE,
      subject: SUBJECT.accountsUpdate,
      build: (sequence, id) =>
        eventEnvelope(SUBJECT.accountsUpdate, SERVICE, id, at, { version: 1, accountId, sequence, ...change }),
    }),

  everythingPruned: (session: ClientSession, accountId: string, at: Date, actor: Actor['kind']): Promise<number> =>
    appendOutbox(collections, session, {
      accountId,
      service: SERVICE,
      subject: SUBJECT.videosUpdate,
      build: (sequence, id) =>
        eventEnvelope(SUBJECT.videosUpdate, SERVICE, id, at, {
          version: 1,
          accountId,
          sequence,
          change: 'pruned',
          actor,
        }),
    }),

  firstSync: (session: ClientSession, job: SyncJob): Promise<number> =>
    appendOutbox(collections, session, {
      accountId: job.accountId,
      service: SERVICE,
      subject: syncJobSubject(job.lane, job.accountId),
      build: () => job,
    }),
});

export type AccountEvents = ReturnType<typeof makeAccountEvents>;
