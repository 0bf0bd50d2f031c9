import type { AccountState, Counts, SafeEmbed } from '@trendpot/contracts';
import type { Binary } from 'mongodb';

/** Both tokens of an account, sealed, with what is needed to judge them without opening them. Only token-vault can open them. */
export interface SealedCredential {
  /** ARN of the KMS key that wraps the data key; checked before any decryption. */
  readonly keyId: string;
  /** SHA-256 of the wrapped data key, which lies in a collection of its own. */
  readonly dataKeyDigest?: Binary;
  /** Where the wrapped data key was before that; the next write of the credential moves it. */
  readonly wrappedDataKey?: Binary;
  readonly accessToken: Binary;
  readonly refreshToken: Binary;
  readonly accessTokenExpiresAt: Date;
  readonly refreshTokenExpiresAt: Date;
  /** When TikTok issued this pair: a token that is younger than its refusal is not refreshed again at once. */
  readonly issuedAt?: Date;
  /** Counts the pairs TikTok has issued for this grant; compare-and-set guard of every write. */
  readonly generation: number;
}

/**
 * The data key of one account, wrapped by KMS. It lies apart from the tokens it opens, so that a backup can be made
 * without it: what was erased here, nobody can read there.
 */
export interface DataKeyDocument {
  /** The account's id. */
  readonly _id: string;
  readonly wrapped: Binary;
}

/** Written before TikTok is asked for a new pair, so that a crash in between is known. */
export interface RefreshIntent {
  /** Grows with every attempt; a holder with an older number may not write. */
  readonly fence: number;
  readonly holder: string;
  readonly startedAt: Date;
  readonly expiresAt: Date;
}

export interface SyncState {
  readonly walkId?: string;
  readonly mode?: 'full' | 'incremental';
  /** Pages of this walk that are stored; also the guard against counting a repeated page job twice. */
  readonly pages: number;
  /** Where this walk goes on; absent at its beginning and its end. */
  readonly cursor?: number;
  /** Videos of the account that are stored. */
  readonly videos: number;
  readonly complete: boolean;
  /** When the newest video that this walk has seen was posted. */
  readonly newestAt?: Date;
  /** A walk that came to its end has seen every video that was posted up to this second. */
  readonly walkedUpTo?: Date;
  readonly startedAt?: Date;
  readonly completedAt?: Date;
  readonly profileAt?: Date;
  readonly videosAt?: Date;
  readonly metricsAt?: Date;
}

/** Where the round of fresh counts stands; the guard against doing a repeated batch twice. */
export interface RefreshState {
  /** When the job that began the round was queued. */
  readonly startedAt: Date;
  /** The last video of the round that is done. */
  readonly after?: string;
  readonly finishedAt?: Date;
}

export interface AccountDocument {
  readonly _id: string;
  /** TikTok's name of the creator; removed when the account is disconnected. Unique while present. */
  readonly openId?: string;
  readonly userId: string;
  readonly state: AccountState;
  readonly scopes: { readonly requested: readonly string[]; readonly granted: readonly string[] };
  readonly consentCopyVersion: string;
  /** Optional, plain text, removed on disconnect. */
  readonly profile?: { readonly displayName?: string; readonly avatarUrl?: string };
  readonly credential?: SealedCredential;
  readonly refreshIntent?: RefreshIntent;
  readonly refreshFence?: number;
  /** The end of the refresh token that `consent_expiring` was published for, so that it is published once. */
  readonly consentExpiryAnnounced?: Date;
  readonly sync: SyncState;
  readonly refresh?: RefreshState;
  readonly lastError?: { readonly code: string; readonly at: Date };
  /** The number of the account's newest event; grows in the same transaction as the event is written. */
  readonly eventSequence: number;
  /** The number of the account's newest outbox entry, events and jobs alike; absent before the first. */
  readonly outboxSequence?: number;
  readonly revocation?: {
    readonly at: Date;
    readonly actor: { readonly kind: string; readonly id: string };
    readonly reason: string;
    readonly atTikTok: 'revoked' | 'already-void' | 'pending' | 'given-up';
    readonly receipt: string;
  };
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A person of TrendPot. `tiktok` mirrors the account's sealed blobs (alignment notes) and goes with them. */
export interface UserDocument {
  readonly _id: string;
  readonly tiktok?: { readonly accountId: string; readonly credential: SealedCredential };
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface VideoDocument {
  /** TikTok's video id: unique across the platform. */
  readonly _id: string;
  readonly tiktokVideoId: string;
  readonly accountId: string;
  readonly shareUrl: string;
  readonly caption: string;
  readonly createdAt: Date;
  readonly durationSeconds?: number;
  readonly embed: SafeEmbed;
  readonly thumbnail?: { readonly url: string; readonly expiresAt: Date };
  /** A count that was never seen is absent: missing is not zero. */
  readonly counts: Counts;
  readonly lastRefreshedAt: Date;
  /** Consecutive times TikTok did not know the video when asked for it by id. */
  readonly absences: number;
  /** When the first of them was; a video is gone once it is unknown again an interval later. */
  readonly absentSince?: Date;
  readonly storedAt: Date;
}

/** What is to be published, written in the transaction that changed the data. */
export interface OutboxDocument {
  readonly _id: string;
  readonly accountId: string;
  /** Order among all entries of this account. */
  readonly sequence: number;
  /** The service whose rights allow this subject. */
  readonly service: string;
  readonly subject: string;
  readonly body: string;
  /** Set for a JetStream schedule: `body` is delivered to `target` at `at`. */
  readonly schedule?: { readonly at: Date; readonly target: string };
  readonly createdAt: Date;
}

/** Where a published event lies in the stream, so that a disconnect can erase it there too. */
export interface PublishedEventDocument {
  /** Stream and position: a copy that slipped past de-duplication has a record of its own. */
  readonly _id: string;
  readonly eventId: string;
  readonly accountId: string;
  /** False for the events that tell others to forget the account: they outlive it. */
  readonly erasable: boolean;
  readonly stream: string;
  readonly streamSequence: number;
  readonly publishedAt: Date;
}

/** Proof of what a creator agreed to. */
export interface ConsentDocument {
  readonly _id: string;
  readonly accountId: string;
  readonly userId: string;
  readonly copyVersion: string;
  readonly requestedScopes: readonly string[];
  readonly grantedScopes: readonly string[];
  readonly at: Date;
}

/** One OAuth attempt: single-use, bound to a browser, expires by itself. */
export interface LoginIntentDocument {
  /** SHA-256 of the state parameter. */
  readonly _id: string;
  /** SHA-256 of the browser's cookie. */
  readonly browser: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly codeVerifier?: string;
  readonly consentCopyVersion: string;
  readonly returnPath?: string;
  readonly expiresAt: Date;
  /** Set when the callback took it; a reloaded callback finds the account here. */
  readonly takenAt?: Date;
  readonly accountId?: string;
  /** The error code the attempt ended with, so that a reloaded callback tells the same. */
  readonly failure?: string;
}

/** A browser that is signed in. Slides: `expiresAt` moves on while it is used. */
export interface SessionDocument {
  /** SHA-256 of the cookie. */
  readonly _id: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** A webhook TikTok sent, so that a repetition is known and a crash loses none. */
export interface WebhookDocument {
  /** SHA-256 of the raw body: TikTok gives no event id. */
  readonly _id: string;
  readonly event: string;
  /** The account it is about, resolved on arrival: TikTok's name of the creator is not kept here. */
  readonly accountId?: string;
  /** When it happened, as TikTok says; a removal that is older than the grant is void. */
  readonly occurredAt: Date;
  /** TikTok's number for why an authorization was removed. */
  readonly reason?: number;
  readonly receivedAt: Date;
  /** When it is to be handled; absent once it is. */
  readonly dueAt?: Date;
  readonly attempts: number;
}

/** A lock with an expiry: the relay's claim on an account, for one. */
export interface ClaimDocument {
  readonly _id: string;
  readonly holder: string;
  readonly expiresAt: Date;
}

/**
 * A disconnected account TikTok has not been told of yet: its credential, sealed as it was, so that the grant can be
 * ended there too. Erased once TikTok was told, after 72 hours at the latest.
 */
export interface PendingRevocationDocument {
  /** The account's id. */
  readonly _id: string;
  readonly requestId: string;
  /** SHA-256 of TikTok's name of the creator: a new consent of theirs must not be ended by an old disconnect. */
  readonly openIdDigest: string;
  readonly credential: SealedCredential;
  /** A refresh, under way at the disconnect or begun for it, that has no outcome yet. */
  readonly refreshIntent?: RefreshIntent;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly keepUntil: Date;
  /** Number of the newest claim; an older one may not write. */
  readonly fence: number;
  readonly claim?: { readonly holder: string; readonly expiresAt: Date };
  readonly createdAt: Date;
}

/** One writer's chain of audit entries: how much of it the audit stream has, and what retention has removed. */
export interface AuditChainDocument {
  readonly _id: string;
  readonly service: string;
  /** The key the writer seals under. */
  readonly keyId?: string;
  readonly startedAt: Date;
  /** When the writer was last alive; a chain whose writer is gone is relayed by any other. */
  readonly seenAt: Date;
  /** The stream has every entry up to this one. */
  readonly published: number;
  /** Entries up to this one were removed when their retention ended; hash and time are the last one's. */
  readonly removed?: { readonly sequence: number; readonly hash: string; readonly at: Date };
}
