import type { Collections } from '@trendpot/persistence';

/**
 * Tells that this process is alive and which key it seals under, whether it has recorded anything yet or not: a key is
 * safe to retire only when nobody seals under it any more.
 */
export const tellPresence = async (
  { auditChains }: Collections,
  holder: string,
  keyId: string,
  now: Date = new Date(),
): Promise<void> => {
  await auditChains.updateOne(
    { _id: `token-vault.${holder}` },
    { $setOnInsert: { service: 'token-vault', startedAt: now, published: 0 }, $set: { keyId, seenAt: now } },
    { upsert: true },
  );
  await auditChains.updateMany({ _id: { $regex: `^token-vault\\.${holder}\\.` } }, { $set: { seenAt: now } });
};
