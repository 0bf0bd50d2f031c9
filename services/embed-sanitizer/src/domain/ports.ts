import type { EmbedVerdict } from '@trendpot/contracts';

export interface VerdictReport {
  /** Told once of every verdict, in the order of the request. Must not throw. */
  judged(requestId: string, verdict: EmbedVerdict): void;
}
