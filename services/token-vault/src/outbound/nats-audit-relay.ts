import { auditSubject, type AuditEntry } from '@trendpot/contracts';
import { publish, type Messaging } from '@trendpot/messaging';
import type { AuditChainDocument, Collections } from '@trendpot/persistence';

const SERVICE = 'token-vault';
const AT_ONCE = 64;
/** A writer that was not seen for so long is gone; what it recorded and did not publish is taken over. */
const GONE_AFTER_MS = 60_000;

/**
 * Copies the recorded entries into the audit stream, each chain in its order. An entry is durable before it is acted
 * upon; the copy is what nobody can delete. Publishing twice is harmless: the stream knows the message ids.
 */
export interface AuditRelay {
  /** Publishes what this process recorded, or also what processes that are gone have left. Resolves with the number. */
  run(whose: 'own' | 'all'): Promise<number>;
  /** How many entries of this process the stream does not have yet. */
  unpublished(): Promise<number>;
}

export const natsAuditRelay = (
  messaging: Messaging,
  { auditChains, auditLogs }: Collections,
  holder: string,
): AuditRelay => {
  const drained = new Set<string>();
  const own = { _id: { $regex: `^${SERVICE}\\.${holder}\\.` } };

  const publishEntry = (entry: AuditEntry) =>
    publish(messaging, {
      subject: auditSubject(SERVICE, entry.accountId),
      body: JSON.stringify(entry),
      messageId: `${entry.chain}:${entry.sequence}`,
    });

  const relayChain = async (chain: AuditChainDocument): Promise<number> => {
    let { published } = chain;
    for (;;) {
      const entries = await auditLogs
        .find({ chain: chain._id, sequence: { $gt: published } }, { projection: { _id: 0 } })
        .sort({ sequence: 1 })
        .limit(AT_ONCE)
        .toArray();
      const last = entries.at(-1);
      if (last === undefined) return published - chain.published;
      await Promise.all(entries.map((entry) => publishEntry(entry)));
      published = last.sequence;
      await auditChains.updateOne({ _id: chain._id }, { $max: { published } });
    }
  };

  return {
    unpublished: async () => {
      const counts = (await auditChains.find(own).toArray()).map(({ _id, published }) =>
        auditLogs.countDocuments({ chain: _id, sequence: { $gt: published } }),
      );
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    run: async (whose) => {
      let total = 0;
      for (const chain of await auditChains.find(own).toArray()) total += await relayChain(chain);
      if (whose === 'own') return total;
      const gone = { service: SERVICE, seenAt: { $lt: new Date(Date.now() - GONE_AFTER_MS) } };
      for (const chain of await auditChains.find(gone).toArray()) {
        if (drained.has(chain._id)) continue;
        total += await relayChain(chain);
        drained.add(chain._id);
      }
      return total;
    },
  };
};
