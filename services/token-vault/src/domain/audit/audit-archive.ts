import type { AuditEntry, AuditWriterName } from '@trendpot/contracts';
import type { ChainCut, ChainToVerify } from './verify-chain.ts';

export interface ArchivedChain extends ChainToVerify {
  /** Every chain is, before it has its first entry. */
  readonly registered: boolean;
  readonly cut?: ChainCut;
}

/** What the database has of everything that was recorded, by whichever service. */
export interface AuditArchive {
  chains(): Promise<readonly ArchivedChain[]>;
  /** In order, from the first that retention has left. */
  entriesOf(chain: ArchivedChain): AsyncIterable<AuditEntry>;
  /** Hashes by chain and sequence, for those that are there. */
  hashesOf(
    places: readonly { readonly chain: string; readonly sequence: number }[],
  ): Promise<ReadonlyMap<string, string>>;
  /** Where those lie that are there, from one place of a chain to another, and were recorded since this moment. */
  recordedSince(
    chain: string,
    places: { readonly first: number; readonly last: number },
    since: Date,
  ): Promise<{ readonly first: number; readonly last: number } | undefined>;
  /**
   * Where retention may cut a chain: an entry that is older than the date, as are all before it, and safely in the stream.
   * `undefined` when there is nothing to cut.
   */
  newestBefore(chain: ArchivedChain, before: Date): Promise<ChainCut | undefined>;
  /** Notes the cut with the entry that records it, then removes what lies before it. */
  cut(chain: string, cut: ChainCut, entry: AuditEntry): Promise<true | undefined>;
  /** Removes what lies before a noted cut, which whoever noted it may not have come to. */
  removeBefore(chain: string, cut: ChainCut): Promise<void>;
}

/** One entry as the stream has it. */
export interface StreamedEntry {
  /** Place of its message in the stream. */
  readonly message: number;
  /** Who wrote it, as the NATS server proves. */
  readonly writer: AuditWriterName | undefined;
  /** Absent when the message is no audit entry. */
  readonly entry?: AuditEntry;
}

/** The copy that nobody can delete from. */
export interface AuditStream {
  /** From its first message to the one that is last when this is called. */
  entries(): AsyncIterable<StreamedEntry>;
  /** What was stored before this moment, the stream may have forgotten by age. */
  forgottenBefore(): Promise<Date | undefined>;
}

export const placeOf = ({ chain, sequence }: { chain: string; sequence: number }): string => `${chain}:${sequence}`;
