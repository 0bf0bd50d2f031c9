import type { AccountDocument, SealedCredential } from '@trendpot/persistence';
import type { Account } from '../domain/account.ts';
import type { AccountChange } from '../domain/change.ts';

/** What of an account's document ingestion reads: of its credential the number only. */
export const ACCOUNT_FIELDS = { state: 1, sync: 1, 'credential.generation': 1 } as const;

export type AccountFields = Pick<AccountDocument, '_id' | 'state' | 'sync'> & {
  readonly credential?: Pick<SealedCredential, 'generation'>;
};

export const fromAccountDocument = ({ _id, state, sync, credential }: AccountFields): Account => ({
  accountId: _id,
  state,
  ...(credential === undefined ? {} : { generation: credential.generation }),
  sync: {
    pages: sync.pages,
    videos: sync.videos,
    complete: sync.complete,
    ...(sync.walkId === undefined ? {} : { walkId: sync.walkId }),
    ...(sync.mode === undefined ? {} : { mode: sync.mode }),
    ...(sync.cursor === undefined ? {} : { cursor: sync.cursor }),
    ...(sync.startedAt === undefined ? {} : { startedAt: sync.startedAt }),
    ...(sync.newestAt === undefined ? {} : { newestAt: sync.newestAt }),
    ...(sync.walkedUpTo === undefined ? {} : { walkedUpTo: sync.walkedUpTo }),
    ...(sync.videosAt === undefined ? {} : { videosAt: sync.videosAt }),
  },
});

/** Which accounts ought to have a sync job or schedule. */
export const ACCOUNTS_AT_WORK = {
  queue: 'sync',
  states: ['connected', 'syncing', 'healthy'],
  fields: ACCOUNT_FIELDS,
  fromDocument: fromAccountDocument,
} as const;

/** The update that brings an account change about. */
export const accountUpdate = ({ state, sync = {}, lastError, profile }: AccountChange, now: Date) => {
  const set: Record<string, unknown> = { updatedAt: now };
  const unset: Record<string, ''> = {};
  const assign = (path: string, value: unknown): void => {
    if (value === null) unset[path] = '';
    else if (value !== undefined) set[path] = value;
  };
  assign('state', state);
  assign('lastError', lastError);
  assign('profile', profile);
  for (const [field, value] of Object.entries(sync)) assign(`sync.${field}`, value);
  return { $set: set, ...(Object.keys(unset).length === 0 ? {} : { $unset: unset }) };
};
