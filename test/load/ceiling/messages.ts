import type { Ceilings, Contender } from './settings.ts';

/** What a worker process is told at its start, as JSON in its environment. */
export interface WorkerSetup {
  readonly contender: Contender;
  readonly index: number;
  readonly backing: Backing;
  readonly tiktokUrl: string;
  readonly tokens: { readonly background: string; readonly interactive: string };
  readonly ceilings: Ceilings;
  /** How many calls this worker wants to make at once. */
  readonly loops: number;
}

/** Where the contender keeps its counts. */
export type Backing =
  | {
      readonly kind: 'nats';
      readonly url: string;
      readonly user: 'ingestion' | 'metrics-refresher';
      readonly seed: string;
    }
  | { readonly kind: 'redis'; readonly port: number };

export type ToWorker =
  /** So many more calls wait to be made. */
  | { readonly type: 'work'; readonly calls: number }
  /** Stop right after the next permit, before the request, until told to go on. */
  | { readonly type: 'hold' }
  | { readonly type: 'go-on' }
  | { readonly type: 'ceilings'; readonly ceilings: Ceilings }
  | { readonly type: 'stop' };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'holding' }
  /** How long a call waited for its permit. */
  | { readonly type: 'waited'; readonly ms: number };
