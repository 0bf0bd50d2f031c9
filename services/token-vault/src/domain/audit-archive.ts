import type { AuditEntry } from '@trendpot/contracts';
import type { ChainCut } from './verify-audit.ts';

export interface ArchivedChain {
  readonly chain: string;
  /** The stream has every entry up to this one. */
  readonly published: number;
  readonly cut?: ChainCut;
}

/** Everything that was ever recorded, by any service. */
export interface AuditArchive {
  chains(): Promise<readonly ArchivedChain[]>;
  /** In order, from the first that retention has left. */
  entriesOf(chain: ArchivedChain): AsyncIterable<AuditEntry>;
  /** Hashes by chain and sequence, for those that are there. */
  hashesOf(
    places: readonly { readonly chain: string; readonly sequence: number }[],
  ): Promise<ReadonlyMap<string, string>>;
  /** The newest entry of a chain that is older than the date and safely in the stream, if retention has not cut there yet. */
  newestBefore(chain: ArchivedChain, before: Date): Promise<ChainCut | undefined>;
  /** Notes the cut with the entry that records it, then removes what lies before it. */
  cut(chain: string, cut: ChainCut, entry: AuditEntry): Promise<true | undefined>;
}

export const placeOf = ({ chain, sequence }: { chain: string; sequence: number }): string => `${chain}:${sequence}`;
