import type {
  AccountId,
  AccountState,
  CommandAudit,
  ExchangeRequest,
  ExchangeResult,
  PageRequest,
  PageResult,
  LookupRequest,
  LookupResult,
  RevokeRequest,
  RevokeResult,
  StatusRequest,
  StatusResult,
  SyncJob,
  UserId,
  Video,
  VideoId,
} from '@trendpot/contracts';

export interface Clock {
  now(): Date;
}

/** What the gateway may know of an account: everything but the credential, which it never reads. */
export interface Account {
  readonly id: AccountId;
  readonly userId: UserId;
  readonly state: AccountState;
  readonly scopes: { readonly requested: readonly string[]; readonly granted: readonly string[] };
  readonly consentCopyVersion: string;
  readonly profile: { readonly displayName?: string | undefined; readonly avatarUrl?: string | undefined };
  readonly sync: {
    readonly pages: number;
    readonly videos: number;
    readonly complete: boolean;
    readonly startedAt?: Date | undefined;
    readonly completedAt?: Date | undefined;
    readonly profileAt?: Date | undefined;
    readonly videosAt?: Date | undefined;
    readonly metricsAt?: Date | undefined;
  };
  readonly lastError?: { readonly code: string; readonly at: Date } | undefined;
  readonly eventSequence: number;
  readonly revocation?:
    | {
        readonly at: Date;
        readonly actor: { readonly kind: string };
        readonly reason: string;
        readonly atTikTok: RevokeResult['atTikTok'];
        readonly receipt: string;
      }
    | undefined;
  readonly createdAt: Date;
}

export interface Accounts {
  find(accountId: AccountId): Promise<Account | undefined>;
  /** Every account of a person, newest first; revoked ones included. */
  ofUser(userId: UserId): Promise<readonly Account[]>;
  /** The account TikTok knows by this name; undefined once it was disconnected. */
  findByOpenId(openId: string): Promise<AccountId | undefined>;
  /** When the creator last agreed; undefined when there is no record of it. */
  grantedAt(accountId: AccountId): Promise<Date | undefined>;
}

export interface StoredVideo extends Video {
  readonly accountId: AccountId;
  readonly lastRefreshedAt: string;
}

/** Where a page of the library ends: newest first, ties by id. */
export interface LibraryPosition {
  readonly createdAt: Date;
  readonly id: VideoId;
}

export interface Totals {
  readonly videos: number;
  readonly views: number;
  readonly likes: number;
  readonly comments: number;
  readonly shares: number;
}

export interface Videos {
  /** At most `limit` videos older than `after`, newest first. A video that arrives meanwhile moves nothing. */
  page(accountId: AccountId, limit: number, after?: LibraryPosition): Promise<readonly StoredVideo[]>;
  find(videoId: VideoId): Promise<StoredVideo | undefined>;
  count(accountId: AccountId): Promise<number>;
  /** Sums over all stored videos; counts that are not known add nothing. */
  totals(accountId: AccountId): Promise<Totals>;
}

/** The vault's commands. Each refuses with a PlatformError; no answer in time is E_UNAVAILABLE. */
export interface Vault {
  exchange(request: ExchangeRequest): Promise<ExchangeResult>;
  revoke(request: RevokeRequest): Promise<RevokeResult>;
  status(request: StatusRequest): Promise<StatusResult>;
}

/** Questions to ingestion that cost a call to TikTok. */
export interface LiveLibrary {
  page(request: PageRequest): Promise<PageResult>;
  lookUp(request: LookupRequest): Promise<LookupResult>;
}

/** Resolves when the entry is stored for good. @throws PlatformError E_UNAVAILABLE */
export type Audit = CommandAudit;

/** Resolves when the queue has acknowledged the job. @throws PlatformError E_UNAVAILABLE */
export interface Jobs {
  sync(job: SyncJob): Promise<void>;
}

export interface Use {
  readonly used: number;
  readonly ceiling: number;
}

/** How much of TikTok's ceilings is taken right now, by all services together. */
export interface Budget {
  use(): Promise<Readonly<Record<'minute' | 'background' | 'day' | 'inflight', Use>>>;
}
