import type { Turn } from './turns.ts';

/** Background work keeps to its share of the minute, so that people need not wait for it. */
export type CallKind = 'background' | 'interactive';

/** The right to send one request to TikTok, now. */
export interface Permit {
  /**
   * To be called at the last moment before the request's bytes are written; marks the permit as used.
   * @throws PlatformError E_PERMIT_STALE when the permit is too old, was used already, or all calls are cooling down:
   *   then nothing may be sent.
   */
  beforeSend(): void;
}

export interface Use {
  readonly used: number;
  readonly ceiling: number;
}

export interface Usage {
  readonly minute: Use;
  readonly background: Use;
  readonly day: Use;
  readonly inflight: Use;
  readonly coolingDownUntil?: Date;
}

export interface WithPermitOptions {
  readonly signal?: AbortSignal;
  /** How long to wait for a permit at most; without it, for as long as it takes. */
  readonly deadlineMs?: number;
  /** Names the endpoint in `onRateLimited`. */
  readonly endpoint?: string;
}

export interface TurnOptions {
  readonly signal?: AbortSignal;
  /** The caller was refused a permit: it waits until one could be had. Else it only waits for those who were. */
  readonly wasRefused: boolean;
}

/**
 * The ceilings of TikTok's API, over all services and replicas. Every call to the Display API happens inside
 * `withPermit`; if NATS cannot answer, none happens.
 */
export interface Permits {
  /**
   * Waits for a permit, then makes the call. A call that ended without `beforeSend` gives everything back; if it ended
   * with E_PERMIT_STALE it is made again with a fresh permit, at most three times. Must end within the lease.
   * @throws PlatformError E_PERMIT_UNAVAILABLE when none could be had before the deadline (`afterMs` tells when it may
   *   be, where that is known) or the signal fired; and whatever the call throws.
   */
  withPermit<T>(kind: CallKind, call: (permit: Permit) => Promise<T>, options?: WithPermitOptions): Promise<T>;
  /**
   * For callers that must not hold, while they wait for a permit, what their call needs (a lent token): resolves when it
   * is their turn to make ready, as long as that takes. One place that comes free calls up one of them in each process.
   * @throws PlatformError E_PERMIT_UNAVAILABLE when the signal fired.
   */
  turn(kind: CallKind, options: TurnOptions): Promise<Turn>;
  /** @throws PlatformError E_UNAVAILABLE when NATS does not answer. */
  usage(): Promise<Usage>;
  /** Holds back every caller of every replica for so long, or for a time that grows with each 429 in a row. */
  coolDown(options?: { readonly afterMs?: number }): Promise<void>;
  /** Whoever waits is refused; what was taken and not used goes back. */
  close(): Promise<void>;
}

export interface PermitsOptions {
  /** TikTok answered 429 although a permit was held. */
  onRateLimited?(endpoint: string, kind: CallKind): void;
  /**
   * Whether TikTok may still be working on the call that failed with this error: nobody waited for its answer. Its
   * place in flight then stays taken until the lease ends.
   */
  mayStillRun?(error: unknown): boolean;
}
