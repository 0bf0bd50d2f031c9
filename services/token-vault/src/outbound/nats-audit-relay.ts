import { auditSubject, type AuditEntry } from '@trendpot/contracts';
import { publish, type Messaging } from '@trendpot/messaging';
import { entriesOfBatch, type AuditChainDocument, type Collections } from '@trendpot/persistence';

const SERVICE = 'token-vault';
/** Batches, of 512 entries at most. */
const READ_AT_ONCE = 64;
const PUBLISH_AT_ONCE = 64;
/** Keeps a message far below the largest the server takes. */
const MOST_IN_A_MESSAGE = 200;
const MOST_OFFERED = 20_000;
/** A writer that was not seen for so long is gone; what it recorded and did not publish is taken over. */
const GONE_AFTER_MS = 60_000;

/**
 * Copies the recorded entries into the audit stream, each chain in its order. An entry is durable before it is acted
 * upon; the copy is what nobody can delete. A message is one entry, or the array of those one account has had since the
 * last round. Publishing twice is harmless: an entry says where in its chain it belongs.
 */
export interface AuditRelay {
  /** Entries of one chain that this process has just stored, in their order: they need not be read to be published. */
  offer(entries: readonly AuditEntry[]): void;
  /** Publishes what this process recorded, or also what processes that are gone have left. Resolves with the number. */
  run(whose: 'own' | 'all'): Promise<number>;
  /** How many entries of this process the stream does not have yet. */
  unpublished(): Promise<number>;
}

/** A batch without its entries. */
interface Newest {
  readonly first: number;
  readonly length: number;
}

const messagesOf = (entries: readonly AuditEntry[]): readonly (readonly AuditEntry[])[] => {
  const byAccount = new Map<string, AuditEntry[]>();
  const messages: AuditEntry[][] = [];
  for (const entry of entries) {
    let message = byAccount.get(entry.accountId);
    if (message === undefined || message.length >= MOST_IN_A_MESSAGE) {
      message = [];
      byAccount.set(entry.accountId, message);
      messages.push(message);
    }
    message.push(entry);
  }
  return messages;
};

export const natsAuditRelay = (
  messaging: Messaging,
  { auditChains, auditLogs }: Collections,
  holder: string,
): AuditRelay => {
  const offered = new Map<string, AuditEntry[]>();
  let waiting = 0;
  const own = { _id: { $regex: `^${SERVICE}\\.${holder}\\.` } };

  const publishMessage = async (entries: readonly AuditEntry[]): Promise<void> => {
    const [first] = entries;
    const last = entries.at(-1);
    if (first === undefined || last === undefined) return;
    await publish(messaging, {
      subject: auditSubject(SERVICE, first.accountId),
      body: JSON.stringify(entries.length === 1 ? first : entries),
      messageId: `${first.chain}:${first.sequence}-${last.sequence}`,
    });
  };

  /** What was offered of a chain, if it goes on where the stream ends; otherwise the database has to be asked. */
  const takeOffered = (chain: string, published: number): readonly AuditEntry[] | undefined => {
    const entries = offered.get(chain);
    if (entries === undefined) return undefined;
    offered.delete(chain);
    waiting -= entries.length;
    return entries[0]?.sequence === published + 1 ? entries : undefined;
  };

  /** A batch is published as a whole: what is not yet in the stream begins where one does. */
  const readStored = async (chain: string, published: number): Promise<readonly AuditEntry[]> => {
    const batches = auditLogs
      .find({ chain, first: { $gt: published } })
      .sort({ first: 1 })
      .limit(READ_AT_ONCE);
    return (await batches.toArray()).flatMap(entriesOfBatch);
  };

  const publishAll = async (chain: string, entries: readonly AuditEntry[]): Promise<number> => {
    const messages = [...messagesOf(entries)];
    while (messages.length > 0) await Promise.all(messages.splice(0, PUBLISH_AT_ONCE).map(publishMessage));
    const published = entries.at(-1)?.sequence ?? 0;
    await auditChains.updateOne({ _id: chain }, { $max: { published } });
    return published;
  };

  /** What is offered while this goes on waits for the next round: the longer the round, the fewer the messages. */
  const relayChain = async (chain: AuditChainDocument): Promise<number> => {
    let { published } = chain;
    const entries = takeOffered(chain._id, published);
    if (entries !== undefined) published = await publishAll(chain._id, entries);
    else {
      for (let stored = await readStored(chain._id, published); stored.length > 0;) {
        published = await publishAll(chain._id, stored);
        stored = await readStored(chain._id, published);
      }
    }
    return published - chain.published;
  };

  /**
   * Those whose next entry is there. Asked anew each time, with one query: a process that was taken for gone may have
   * been held up only, and records more.
   */
  const withUnpublished = async (chains: readonly AuditChainDocument[]): Promise<readonly AuditChainDocument[]> => {
    const idOfNext = ({ _id, published }: AuditChainDocument): string => `${_id}:${published + 1}`;
    const found = await auditLogs.find({ _id: { $in: chains.map(idOfNext) } }, { projection: { _id: 1 } }).toArray();
    const ids = new Set(found.map(({ _id }) => _id));
    return chains.filter((chain) => ids.has(idOfNext(chain)));
  };

  /** How many entries of a chain come after this one: its places have no gap. */
  const countAfter = async (chain: string, published: number): Promise<number> => {
    const newest = auditLogs
      .find({ chain, first: { $gt: published } })
      .sort({ first: -1 })
      .limit(1);
    const [batch] = await newest.project<Newest>({ first: 1, length: { $size: '$entries' } }).toArray();
    return batch === undefined ? 0 : batch.first + batch.length - 1 - published;
  };

  return {
    offer: (entries) => {
      const [first] = entries;
      // More than this waiting, and memory is better used otherwise: they are in the database.
      if (first === undefined || waiting + entries.length > MOST_OFFERED) return;
      const held = offered.get(first.chain);
      if (held === undefined) offered.set(first.chain, [...entries]);
      // Behind a gap they would be published without what is missing: the database has all of it.
      else if (held.at(-1)?.sequence === first.sequence - 1) held.push(...entries);
      else return;
      waiting += entries.length;
    },
    unpublished: async () => {
      const counts = (await auditChains.find(own).toArray()).map(({ _id, published }) => countAfter(_id, published));
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    run: async (whose) => {
      let total = 0;
      for (const chain of await auditChains.find(own).toArray()) total += await relayChain(chain);
      if (whose === 'own') return total;
      const gone = { service: SERVICE, seenAt: { $lt: new Date(Date.now() - GONE_AFTER_MS) } };
      for (const chain of await withUnpublished(await auditChains.find(gone).toArray())) {
        total += await relayChain(chain);
      }
      return total;
    },
  };
};
