import {
  PlatformError,
  type AccountId,
  type AccountState,
  type Actor,
  type AuditEntry,
  type RequestId,
  type SyncJob,
  type UserId,
} from '@trendpot/contracts';
import type { Credential } from './sealing/credential.ts';

export type ToldTikTok = 'revoked' | 'already-void' | 'pending' | 'given-up';

export interface Revocation {
  readonly at: Date;
  readonly atTikTok: ToldTikTok;
  readonly receipt: string;
}

/** What the vault sees of an account. */
export interface VaultAccount {
  readonly accountId: AccountId;
  readonly userId: UserId;
  readonly state: AccountState;
  /** Absent once disconnected. */
  readonly credential?: Credential;
  readonly revocation?: Revocation;
}

export type ConnectedAccount = VaultAccount & { readonly credential: Credential };

const ENDED: Partial<Record<AccountState, 'E_ACCOUNT_REVOKED' | 'E_NEEDS_CONSENT'>> = {
  revoked: 'E_ACCOUNT_REVOKED',
  needs_consent: 'E_NEEDS_CONSENT',
};

/** @throws PlatformError E_ACCOUNT_NOT_FOUND, E_ACCOUNT_REVOKED, E_NEEDS_CONSENT */
export const requireConnected = (account: VaultAccount | undefined): ConnectedAccount => {
  if (account === undefined) throw new PlatformError('E_ACCOUNT_NOT_FOUND', 'no account has this id');
  const ended = ENDED[account.state];
  if (ended !== undefined) throw new PlatformError(ended, `account ${account.accountId} is ${account.state}`);
  if (account.credential === undefined) {
    throw new PlatformError('E_NEEDS_CONSENT', `account ${account.accountId} has no credential`);
  }
  return { ...account, credential: account.credential };
};

/** A new grant of a creator: their first, or the one that replaces what is stored. */
export interface Connection {
  readonly accountId: AccountId;
  /** Generation of the credential it replaces; absent for a creator not known yet. */
  readonly replaces?: number;
  readonly userId: UserId;
  readonly openId: string;
  readonly credential: Credential;
  readonly requestedScopes: readonly string[];
  readonly grantedScopes: readonly string[];
  readonly consentCopyVersion: string;
  /** Set when a scope is missing without which nothing can be done. */
  readonly needsConsent?: 'E_SCOPE_MISSING';
  /** Absent when there is nothing to fetch with. */
  readonly firstJob?: SyncJob;
  readonly at: Date;
}

/** The right to ask TikTok for the next pair, until `leaseMs` after it was asked for. */
export interface RefreshTurn {
  /** Grows with every turn. */
  readonly fence: number;
  /** An earlier turn ended without an outcome: TikTok may already have replaced the refresh token. */
  readonly unfinishedBefore: boolean;
}

export interface RenewedPair {
  readonly accountId: AccountId;
  /** The generation the refresh token was of. */
  readonly from: number;
  readonly fence: number;
  readonly credential: Credential;
  /** Absent when they are as before. */
  readonly grantedScopes?: readonly string[];
  readonly needsConsent?: 'E_SCOPE_MISSING';
  /** For an account that was given up while its pair was on the way: it starts anew. */
  readonly restart: SyncJob;
  readonly at: Date;
}

/**
 * The accounts in the database. Everything that changes one does so in one transaction with the user's mirror, the
 * audit entry and the events; `undefined` says that its condition did not hold and nothing was written.
 */
export interface Accounts {
  find(accountId: AccountId): Promise<VaultAccount | undefined>;
  findByOpenId(openId: string): Promise<VaultAccount | undefined>;
  /** The account this person connected last and still has. */
  findIdByUser(userId: UserId): Promise<AccountId | undefined>;

  /**
   * Holds only if the creator is still unknown, or still at the generation that is replaced, and no disconnect of theirs
   * is pending.
   */
  connect(connection: Connection, entry: AuditEntry): Promise<true | undefined>;

  /** Takes the turn if the account is at `generation`, may be refreshed, and no other turn runs by the database's clock. */
  beginRefresh(
    accountId: AccountId,
    generation: number,
    holder: string,
    leaseMs: number,
  ): Promise<RefreshTurn | undefined>;
  /** Gives the turn back. `unknown` leaves the mark that TikTok's answer, if there was one, is lost. */
  endRefresh(accountId: AccountId, fence: number, outcome: 'nothing-sent' | 'unknown'): Promise<void>;
  /**
   * Stores a pair TikTok issued. Holds as long as no successor of `from` is stored, whatever became of the turn: a pair
   * in hand is proof that `from` is void, and may be the only one there is.
   */
  storeRenewed(pair: RenewedPair, entry: AuditEntry): Promise<true | undefined>;
  /** Holds only for whoever has the turn, at the generation TikTok refused. */
  requireConsent(
    accountId: AccountId,
    generation: number,
    fence: number,
    code: 'E_NEEDS_CONSENT' | 'E_REFRESH_LOST',
    entry: AuditEntry,
  ): Promise<true | undefined>;

  /** Ends all access here and erases the credential; what is needed to tell TikTok goes to the pending revocations. */
  disconnect(disconnection: Disconnection, entry: AuditEntry): Promise<true | undefined>;
}

export interface Disconnection {
  readonly accountId: AccountId;
  readonly requestId: RequestId;
  readonly actor: Actor;
  readonly reason: string;
  readonly at: Date;
  /** Holds only if no consent was given after this moment. */
  readonly consentsUntil?: Date;
  /** `pending` keeps the sealed credential until TikTok was told; otherwise it is erased at once. */
  readonly atTikTok: Exclude<ToldTikTok, 'revoked'>;
  readonly keepUntil: Date;
}
