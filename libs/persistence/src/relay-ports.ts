import type { ServiceName } from '@trendpot/contracts';
import type { Collections } from './collections.ts';
import type { OutboxDocument } from './documents.ts';
import type { Published } from './settle-published.ts';

export interface RelayPorts {
  readonly collections: Collections;
  readonly service: ServiceName;
  /** Names this replica. */
  readonly holder: string;
  /** Resolves when JetStream has stored the entry under its id as message id; a repetition is de-duplicated by it. */
  publish(entry: OutboxDocument): Promise<Published>;
  readonly claimMs: number;
  readonly batch: number;
  isStopping(): boolean;
  onPublished(entry: OutboxDocument): void;
}

/** `blocked`: the oldest entry of the account is another service's to publish. `skipped`: another replica is at it. */
export type Visit =
  | { readonly outcome: 'moved'; readonly more: boolean }
  | { readonly outcome: 'blocked' | 'skipped' }
  | { readonly outcome: 'failed'; readonly error: unknown; readonly entry?: OutboxDocument };
