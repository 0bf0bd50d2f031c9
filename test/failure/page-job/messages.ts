/** Where the job of a page of an account stands still, once. */
export interface Stop {
  readonly accountId: string;
  readonly page: number;
  readonly point: string;
}

export type ToWorker =
  { readonly kind: 'record' } | { readonly kind: 'stops'; readonly stops: readonly Stop[] } | { readonly kind: 'thaw' };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'heard' }
  | { readonly kind: 'point'; readonly page: number; readonly point: string }
  | { readonly kind: 'stopped'; readonly accountId: string }
  | { readonly kind: 'retried'; readonly accountId: string; readonly code: string };
