import type { AccountState } from '@trendpot/contracts';

/** How far the walk through one creator's library has come. */
export interface Progress {
  readonly walkId?: string;
  readonly mode?: 'full' | 'incremental';
  /** Pages of this walk that are stored. */
  readonly pages: number;
  /** Where this walk goes on. */
  readonly cursor?: number;
  /** Videos of the account that are stored, whichever way they came. */
  readonly videos: number;
  /** Whether the library was once walked to its end. */
  readonly complete: boolean;
  /** When the job that began this walk was queued. */
  readonly startedAt?: Date;
  /** When the newest video that this walk has seen was posted; see `walkedUpTo`. */
  readonly newestAt?: Date;
  /** A walk that came to its end has seen every video that was posted up to this second. */
  readonly walkedUpTo?: Date;
  /** When TikTok was asked for the page of a walk that was last stored, and so for its videos. */
  readonly videosAt?: Date;
}

/** What ingestion knows of a connected creator. */
export interface Account {
  readonly accountId: string;
  readonly state: AccountState;
  /** Of its tokens, over all its grants; absent without tokens. */
  readonly generation?: number;
  readonly sync: Progress;
}
