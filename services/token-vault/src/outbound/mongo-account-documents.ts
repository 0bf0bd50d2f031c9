import { createHash } from 'node:crypto';
import type { SyncJob } from '@trendpot/contracts';
import type { AccountDocument, SyncState } from '@trendpot/persistence';
import type { VaultAccount } from '../domain/accounts.ts';
import type { Credential } from '../domain/sealing/credential.ts';

/** All the vault looks at; profile and progress stay where they are. */
export const VAULT_PROJECTION = { userId: 1, state: 1, credential: 1, revocation: 1 } as const;

/** States in which there is a grant to keep alive. */
export const ACTIVE_STATES = ['connected', 'syncing', 'healthy'] as const;

export const toVaultAccount = (document: AccountDocument, credential: Credential | undefined): VaultAccount => ({
  accountId: document._id,
  userId: document.userId,
  state: document.state,
  ...(credential === undefined ? {} : { credential }),
  ...(document.revocation === undefined
    ? {}
    : {
        revocation: {
          at: document.revocation.at,
          atTikTok: document.revocation.atTikTok,
          receipt: document.revocation.receipt,
        },
      }),
});

/** A walk that is about to begin, or none when there is nothing to walk with. */
export const freshSync = (job: SyncJob | undefined, at: Date): SyncState => ({
  ...(job === undefined ? {} : { walkId: job.walkId, mode: job.mode, startedAt: at }),
  pages: 0,
  videos: 0,
  complete: false,
});

/** TikTok's name of a creator, where the name itself must not be kept. */
export const digestOfOpenId = (openId: string): string => createHash('sha256').update(openId).digest('hex');
