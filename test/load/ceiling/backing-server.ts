import type { Backing } from './messages.ts';
import type { Ceilings } from './settings.ts';

/** The server behind a contender, and what the benchmark does to it. */
export interface BackingServer {
  backingFor(index: number): Backing;
  setCeilings(ceilings: Ceilings): Promise<void>;
  /** Queues work, where the contender keeps it in its server. */
  give(calls: number): Promise<void>;
  /** `kill -9` and a restart over the same data. */
  crash(): Promise<void>;
  /** Day permits spent so far; undefined where the contender has no day. */
  dayPermitsTaken(): Promise<number | undefined>;
  stop(): Promise<void>;
}
