import { STREAM } from '@trendpot/contracts';
import { erasePublished, purgeAccount, type Messaging } from '@trendpot/messaging';
import type { Database } from '@trendpot/persistence';
import type { Erasure } from '../domain/ports.ts';

const EVENTS_AT_ONCE = 500;

/** Removes what is kept of an account in MongoDB, in its event stream, in its work queue and among the dead letters. */
export const mongoErasure = ({ collections }: Database, messaging: Messaging): Erasure => ({
  async videos(accountId) {
    const { deletedCount } = await collections.videos.deleteMany({ accountId });
    await collections.accounts.updateOne(
      { _id: accountId, state: 'revoked' },
      { $set: { sync: { pages: 0, videos: 0, complete: false } }, $unset: { profile: '', refresh: '' } },
    );
    return deletedCount;
  },

  async events(accountId) {
    let erased = 0;
    for (;;) {
      const records = await collections.publishedEvents
        .find({ accountId, erasable: true, stream: STREAM.events })
        .limit(EVENTS_AT_ONCE)
        .toArray();
      if (records.length === 0) return erased;
      // The message first: a record without a message is harmless, the other way round it would stay for ever.
      await erasePublished(
        messaging,
        STREAM.events,
        records.map(({ streamSequence }) => streamSequence),
      );
      await collections.publishedEvents.deleteMany({ _id: { $in: records.map(({ _id }) => _id) } });
      erased += records.length;
    }
  },

  async jobs(accountId) {
    const waiting = await purgeAccount(messaging, STREAM.sync, accountId);
    return waiting + (await purgeAccount(messaging, STREAM.failed, accountId));
  },
});
