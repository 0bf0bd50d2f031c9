import { EVENT_SCHEMA, type ServiceName } from '@trendpot/contracts';
import { releaseClaim, takeClaim } from './claim.ts';
import type { Collections } from './collections.ts';
import type { OutboxDocument, PublishedEventDocument } from './documents.ts';

export interface Published {
  readonly stream: string;
  readonly sequence: number;
}

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

/** Committed reads only: what a failover could roll back must not be published. */
const COMMITTED = { readConcern: { level: 'majority' } } as const;

const OUTLIVES_THE_ACCOUNT = new Set(['pruned', 'revoked']);

const recordOf = (entry: OutboxDocument, published: Published): PublishedEventDocument => {
  const event = JSON.parse(entry.body) as { data?: { change?: string } };
  return {
    _id: `${published.stream}:${published.sequence}`,
    eventId: entry._id,
    accountId: entry.accountId,
    erasable: !OUTLIVES_THE_ACCOUNT.has(event.data?.change ?? ''),
    stream: published.stream,
    streamSequence: published.sequence,
    publishedAt: new Date(),
  };
};

/**
 * Where each event lies is recorded before the entry goes: a crash in between publishes the entry again, which
 * JetStream recognises by its id, and never leaves an event that a disconnect could not find.
 */
const settle = async (
  { collections }: RelayPorts,
  done: readonly { readonly entry: OutboxDocument; readonly published: Published }[],
): Promise<void> => {
  const records = done
    .filter(({ entry }) => Object.hasOwn(EVENT_SCHEMA, entry.subject))
    .map(({ entry, published }) => recordOf(entry, published));
  if (records.length > 0) {
    await collections.publishedEvents.bulkWrite(
      records.map(({ _id, ...record }) => ({
        replaceOne: { filter: { _id }, replacement: record, upsert: true },
      })),
      { ordered: false },
    );
  }
  await collections.outbox.deleteMany({ _id: { $in: done.map(({ entry }) => entry._id) } });
};

/** The oldest entries of the account, up to the first that another service has to publish. */
const ownRun = async ({ collections, service, batch }: RelayPorts, accountId: string) => {
  const oldest = await collections.outbox.find({ accountId }, COMMITTED).sort({ sequence: 1 }).limit(batch).toArray();
  const foreign = oldest.findIndex((entry) => entry.service !== service);
  return { run: foreign === -1 ? oldest : oldest.slice(0, foreign), found: oldest.length, foreign };
};

const publishRun = async (ports: RelayPorts, accountId: string, usableUntil: number): Promise<Visit> => {
  const { run, found, foreign } = await ownRun(ports, accountId);
  const done: { entry: OutboxDocument; published: Published }[] = [];
  let failed: Visit | undefined;
  for (const entry of run) {
    if (ports.isStopping() || performance.now() > usableUntil) break;
    try {
      done.push({ entry, published: await ports.publish(entry) });
    } catch (error) {
      failed = { outcome: 'failed', error, entry };
      break;
    }
  }
  if (done.length > 0) await settle(ports, done);
  for (const { entry } of done) ports.onPublished(entry);
  if (failed !== undefined) return failed;
  if (done.length > 0) return { outcome: 'moved', more: foreign === -1 && found === ports.batch };
  return { outcome: foreign === 0 ? 'blocked' : 'skipped' };
};

/**
 * One visit to one account: publishes at most one batch of its oldest entries, strictly in sequence, each acknowledged
 * before the next is sent. Entries of other services are never overtaken. Never rejects.
 *
 * Only the first half of the claim is used. A replica that was paused for longer publishes nothing more of what it has
 * read, since another may have moved on from there.
 */
export const relayAccount = async (ports: RelayPorts, accountId: string): Promise<Visit> => {
  const { collections, service, holder, claimMs } = ports;
  const claim = `outbox:${service}:${accountId}`;
  try {
    const usableUntil = performance.now() + claimMs / 2;
    if (!(await takeClaim(collections.claims, claim, holder, claimMs))) return { outcome: 'skipped' };
    try {
      return await publishRun(ports, accountId, usableUntil);
    } finally {
      await releaseClaim(collections.claims, claim, holder);
    }
  } catch (error) {
    return { outcome: 'failed', error };
  }
};
