/** The contenders: ours, and what people use today. */
export const CONTENDERS = ['ours', 'bullmq', 'rateLimiterFlexible'] as const;
export type Contender = (typeof CONTENDERS)[number];

/** What every contender is held to, in every run. */
export interface Ceilings {
  readonly perWindow: number;
  readonly background: number;
  readonly perDay: number;
  readonly concurrent: number;
  readonly windowMs: number;
}

export const MARGIN_MS = 500;
/** How late the server removes an expired message at most; a loss that no client can avoid. */
export const EXPIRY_LAG_MS = 250;

/** A place is free again after this at the earliest, with our margin; what a used share under scaled windows is held against. */
export const cycleMs = (windowMs: number): number => windowMs + MARGIN_MS + EXPIRY_LAG_MS;

export const CEILINGS: Ceilings = { perWindow: 100, background: 90, perDay: 100_000, concurrent: 5, windowMs: 5_000 };

/** How long the fake takes to answer: five at once could then do far more than any ceiling allows. */
export const LATENCY_MS = 30;
export const WORKERS = 4;
