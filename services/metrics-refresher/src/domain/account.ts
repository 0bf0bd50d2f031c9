import type { AccountState } from '@trendpot/contracts';

/** Where the newest round of fresh counts stands. */
export interface Round {
  /** When the job that began it was queued; names the round. */
  readonly startedAt: Date;
  /** The last video that is done, in the order of ids. */
  readonly after?: string;
  readonly finishedAt?: Date;
}

/** What the refresher knows of a connected creator. */
export interface Account {
  readonly accountId: string;
  readonly state: AccountState;
  /** Of its tokens, over all its grants; absent without tokens. */
  readonly generation?: number;
  /** How many videos are stored. */
  readonly videos: number;
  readonly round?: Round;
}
