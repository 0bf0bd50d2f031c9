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
  /** Publishes what is there. Resolves with the number of entries published. */
  run(): Promise<number>;
}

export const natsAuditRelay = (
  messaging: Messaging,
  { auditChains, auditLogs }: Collections,
  isOwn: (chain: string) => boolean,
): AuditRelay => {
  const drained = new Set<string>();

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
      await auditChains.updateOne({ _id: chain._id }, { $max: { published }, $set: { seenAt: new Date() } });
    }
  };

  return {
    run: async () => {
      const gone = new Date(Date.now() - GONE_AFTER_MS);
      let total = 0;
      for await (const chain of auditChains.find({ service: SERVICE })) {
        const own = isOwn(chain._id);
        if (!own && (drained.has(chain._id) || chain.seenAt > gone)) continue;
        total += await relayChain(chain);
        if (!own) drained.add(chain._id);
        else if (chain.seenAt < new Date(Date.now() - GONE_AFTER_MS / 3)) {
          await auditChains.updateOne({ _id: chain._id }, { $set: { seenAt: new Date() } });
        }
      }
      return total;
    },
  };
};
