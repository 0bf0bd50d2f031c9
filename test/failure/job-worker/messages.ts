import type { ErrorCode } from '@trendpot/contracts';

/** Where the job of a page or batch of an account stands still, once. */
export interface Stop {
  readonly accountId: string;
  /** Which of the account's pages or batches, from 0. */
  readonly page: number;
  readonly point: string;
}

/** How the calls for an account fail: so many times, then no more. */
export interface PlannedFault {
  readonly accountId: string;
  readonly code: ErrorCode;
  readonly times: number;
}

/** `shut-down` lets the worker stop taking jobs and cut short what is in hand, as a service does; it stays a process. */
export type ToWorker =
  { readonly kind: 'record' | 'thaw' | 'shut-down' } | { readonly kind: 'stops'; readonly stops: readonly Stop[] };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'heard' }
  | { readonly kind: 'point'; readonly accountId: string; readonly page: number; readonly point: string }
  | { readonly kind: 'stopped'; readonly accountId: string }
  | { readonly kind: 'retried'; readonly accountId: string; readonly code: string }
  | { readonly kind: 'repeated'; readonly accountId: string };
