import type { AuditEntry } from '@trendpot/contracts';
import type { ClientSession } from 'mongodb';
import type { Collections } from './collections.ts';

/** Who writes a chain, and under which key it seals if it seals at all. */
export interface AuditChainWriter {
  readonly service: string;
  readonly keyId?: string;
}

/** To be done before the first entry of a chain is stored, so that none can lie unnoticed. */
export const registerAuditChain = async (
  { auditChains }: Collections,
  { chain, at }: AuditEntry,
  writer: AuditChainWriter,
  session?: ClientSession,
): Promise<void> => {
  const begun = new Date(at);
  await auditChains.updateOne(
    { _id: chain },
    { $setOnInsert: { ...writer, startedAt: begun, seenAt: begun, published: 0 } },
    { upsert: true, ...(session === undefined ? {} : { session }) },
  );
};
