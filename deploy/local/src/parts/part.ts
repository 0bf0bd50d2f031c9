import type { Progress } from './progress.ts';

/** Backing services, and two programs that only tests and benchmarks want. */
export type PartName = 'nats-server' | 'mongod' | 'kms' | 'chromium' | 'redis-server';

/** Where a part can come from, see `DESIGN_ORDER`. */
export type SourceKind = 'path' | 'docker' | 'registry' | 'download' | 'system';

/** A program that can be started, as often as one likes. */
export interface Program {
  readonly part: PartName;
  readonly source: SourceKind;
  readonly version: string;
  readonly command: string;
  /** Come before the caller's own arguments. */
  readonly args: readonly string[];
  /** Added to the environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  /** If set, `command` is meant inside a container of this image. */
  readonly image?: string;
}

/** A part that runs already, somewhere. */
export interface Address {
  readonly part: PartName;
  readonly source: 'environment';
  /** The variable that named it. */
  readonly variable: string;
  readonly url: string;
}

/** Why a source has nothing to offer, as the rest of a sentence. `said` if a person ought to hear of it at once. */
export interface Miss {
  readonly miss: string;
  readonly said: boolean;
}

export interface SourceContext {
  readonly part: PartName;
  readonly env: NodeJS.ProcessEnv;
  readonly cacheDirectory: string;
  readonly progress: Progress;
}

/** One place to look. Returns a miss for everything that the next source might do better; never throws for that. */
export interface Source {
  readonly kind: SourceKind;
  look(context: SourceContext): Promise<Program | Miss>;
}

export const isMiss = (outcome: Program | Miss): outcome is Miss => 'miss' in outcome;

/** Nothing here, and nothing worth a line. */
export const quietMiss = (miss: string): Miss => ({ miss, said: false });

/** Tried and failed: the next source takes over, and says so. */
export const saidMiss = (miss: string): Miss => ({ miss, said: true });
