/** JetStream counts in nanoseconds. */
export const nanos = (milliseconds: number): number => Math.round(milliseconds * 1e6);
export const fromNanos = (nanoseconds: number): number => nanoseconds / 1e6;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
