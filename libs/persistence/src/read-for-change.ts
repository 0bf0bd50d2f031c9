import type { ClientSession, Document } from 'mongodb';
import type { Collections } from './collections.ts';

/** What a change of an account is decided upon. */
export interface FoundForChange<Account, Video> {
  readonly account: Account;
  readonly videos: readonly Video[];
  /**
   * Nothing of the account waits in the outbox. Then what the transaction appends is the next to publish, since any
   * other that appended would conflict.
   */
  readonly nothingWaits: boolean;
}

interface Read<Video> {
  readonly videosForChange: readonly Video[];
  readonly waiting: readonly unknown[];
}

/**
 * Reads an account, videos and whether anything of the account waits, in the transaction of `session` and in one round
 * trip.
 *
 * @param fields of the account
 * @param pick the videos: stages on their collection
 */
export const readForChange = async <Account extends Document, Video extends Document>(
  { accounts, videos, outbox }: Collections,
  session: ClientSession,
  accountId: string,
  fields: Document,
  pick: readonly Document[],
): Promise<FoundForChange<Account, Video> | undefined> => {
  const first = [{ $match: { accountId } }, { $limit: 1 }, { $project: { _id: 0, sequence: 1 } }];
  const stages = [
    { $match: { _id: accountId } },
    { $project: fields },
    { $lookup: { from: videos.collectionName, pipeline: [...pick], as: 'videosForChange' } },
    { $lookup: { from: outbox.collectionName, pipeline: first, as: 'waiting' } },
  ];
  const [read] = await accounts.aggregate<Account & Read<Video>>(stages, { session }).toArray();
  if (read === undefined) return undefined;
  return { account: read, videos: read.videosForChange, nothingWaits: read.waiting.length === 0 };
};
