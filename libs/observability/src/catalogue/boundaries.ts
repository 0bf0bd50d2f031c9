/** One call over a network. */
export const CALL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
/** Waiting for a share of the call budget: up to a window and more. */
export const WAIT_SECONDS = [0.001, 0.005, 0.015, 0.05, 0.25, 1, 5, 15, 30, 60, 120, 600] as const;
