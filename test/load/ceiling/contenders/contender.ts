import type { Ceilings } from '../settings.ts';

export type Kind = 'background' | 'interactive';

/** Makes one call; `beforeSend` runs right before the request's bytes leave and may forbid it. */
export type MakeCall = (kind: Kind, beforeSend: () => void) => Promise<void>;

/** A contender at work in one process. */
export interface AtWork {
  /** More calls wait to be made. */
  give(calls: number): void;
  setCeilings(ceilings: Ceilings): void;
  stop(): Promise<void>;
}

/** How long one call waited for its permit, told by the contender. */
export type OnPermit = (waitedMs: number) => Promise<void>;
