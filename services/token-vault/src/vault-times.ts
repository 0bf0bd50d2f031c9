export interface VaultTimes {
  /** A call to TikTok has ended after this; the OAuth adapter is made with the same. */
  readonly callMs: number;
  /** How long a turn at refreshing lasts: longer than a call, or two could be under way. */
  readonly leaseMs: number;
  /** How long a lease waits for a refresh another replica has under way. */
  readonly waitMs: number;
  /** How long to insist on storing a pair that exists nowhere else. */
  readonly insistMs: number;
  /** How long one process may work on one revocation: longer than its three calls and the storing between them. */
  readonly claimMs: number;
  /** How long a disconnect waits for a refresh that was under way. */
  readonly disconnectWaitMs: number;
  /** How long a creator who connects again waits for a revocation of theirs that is under way. */
  readonly reconnectWaitMs: number;
}

const SPARE_MS = 5_000;
const INSIST_MS = 10_000;

/** All times that follow from how long a call to TikTok may take. */
export const vaultTimes = (callMs: number): VaultTimes => ({
  callMs,
  leaseMs: callMs + SPARE_MS,
  waitMs: callMs + 2 * SPARE_MS,
  insistMs: INSIST_MS,
  claimMs: 3 * callMs + INSIST_MS + SPARE_MS,
  disconnectWaitMs: 3_000,
  reconnectWaitMs: 3_000,
});

/** How long a stop waits for a refresh under way: the call, and the storing of what TikTok has issued. */
export const finishWithinMs = ({ tiktokCallMs }: { readonly tiktokCallMs: number }): number => tiktokCallMs + INSIST_MS;
