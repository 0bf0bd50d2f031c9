import type { Collection, Document } from 'mongodb';
import type { ClaimDocument } from './documents.ts';

/**
 * A claim that is lost in a failover lets two holders do the same idempotent work, nothing worse; it is not worth
 * waiting for a majority.
 */
const FAST = { writeConcern: { w: 1 } } as const;

const take = (holder: string, durationMs: number): Document[] => {
  const free = {
    $or: [{ $eq: ['$holder', holder] }, { $lt: [{ $ifNull: ['$expiresAt', new Date(0)] }, '$$NOW'] }],
  };
  return [
    {
      $set: {
        holder: { $cond: [free, holder, '$holder'] },
        expiresAt: { $cond: [free, { $add: ['$$NOW', durationMs] }, '$expiresAt'] },
      },
    },
  ];
};

/**
 * Takes or renews a claim by the database's clock, so that the clocks of the holders do not matter.
 *
 * @returns whether `holder` has it for `durationMs` from the moment of the call.
 */
export const takeClaim = async (
  claims: Collection<ClaimDocument>,
  name: string,
  holder: string,
  durationMs: number,
): Promise<boolean> => {
  const claim = await claims.findOneAndUpdate({ _id: name }, take(holder, durationMs), {
    upsert: true,
    returnDocument: 'after',
    ...FAST,
  });
  return claim?.holder === holder;
};

/** Gives a claim back; a claim that has passed to another holder stays untouched. */
export const releaseClaim = async (claims: Collection<ClaimDocument>, name: string, holder: string): Promise<void> => {
  await claims.deleteOne({ _id: name, holder }, FAST);
};
