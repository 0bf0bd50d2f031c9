import type { AuditCopy } from '@trendpot/messaging';
import { auditBatchOf, reachablePort, registerAuditChain, type Collections } from '@trendpot/persistence';

/** The gateway's audit entries in `audit_logs`, where those of the vault are. */
export const mongoAuditCopy = (collections: Collections): AuditCopy =>
  reachablePort<AuditCopy>({
    store: async (entry) => {
      if (entry.sequence === 1) await registerAuditChain(collections, entry, { service: 'auth-gateway' });
      await collections.auditLogs.insertOne(auditBatchOf([entry]));
    },
    published: async ({ chain, sequence }) =>
      void (await collections.auditChains.updateOne({ _id: chain }, { $max: { published: sequence } })),
  });
