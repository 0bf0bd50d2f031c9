import {
  outboxEntryOf,
  reachable,
  updateAccountAndAppend,
  type Collections,
  type Database,
  type VideoDocument,
} from '@trendpot/persistence';
import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';
import type { Change } from '../domain/change.ts';
import type { Current, Library } from '../domain/ports.ts';
import type { Refreshed } from '../domain/video.ts';
import {
  ACCOUNT_FIELDS,
  accountUpdate,
  fromAccountDocument,
  fromVideoDocument,
  VIDEO_FIELDS,
} from './mongo-documents.ts';

const SERVICE = 'metrics-refresher';

type About = Parameters<Library['change']>[0];

const readAccount = async (collections: Collections, accountId: string, session?: ClientSession) => {
  const options = { projection: ACCOUNT_FIELDS, ...(session === undefined ? {} : { session }) };
  const document = await collections.accounts.findOne({ _id: accountId }, options);
  return document === null ? undefined : fromAccountDocument(document);
};

const readCurrent = async (collections: Collections, about: About, session: ClientSession): Promise<Current> => {
  const { accountId, videoIds = [] } = about;
  const account = await readAccount(collections, accountId, session);
  if (videoIds.length === 0) return { account, videos: [] };
  const documents = await collections.videos
    .find({ accountId, _id: { $in: [...videoIds] } }, { session, projection: VIDEO_FIELDS })
    .sort({ _id: 1 })
    .toArray();
  return { account, videos: documents.map((document) => fromVideoDocument(document)) };
};

const writeOf = (accountId: string, video: Refreshed, now: Date): AnyBulkWriteOperation<VideoDocument> => {
  const filter = { _id: video.videoId, accountId };
  switch (video.kind) {
    case 'gone':
      return { deleteOne: { filter } };
    case 'absent':
      return { updateOne: { filter, update: { $set: { absences: video.absences } } } };
    case 'seen': {
      const { counts, thumbnail } = video;
      const picture =
        thumbnail === undefined ? {} : { thumbnail: { url: thumbnail.url, expiresAt: new Date(thumbnail.expiresAt) } };
      return { updateOne: { filter, update: { $set: { counts, ...picture, absences: 0, lastRefreshedAt: now } } } };
    }
  }
};

/**
 * Accounts and the counts of their videos in MongoDB. Every change writes the account's document, so two changes of one
 * account conflict and the later one is decided again; `onStored` tells the outbox relay that there is something to
 * publish.
 */
export const mongoLibrary = (
  { collections, transaction }: Database,
  onStored: (accountId: string) => void,
): Library => ({
  account: (accountId) => reachable(() => readAccount(collections, accountId)),

  async videosAfter(accountId, after, limit) {
    const filter = { accountId, ...(after === undefined ? {} : { _id: { $gt: after } }) };
    const documents = await reachable(() =>
      collections.videos.find(filter, { projection: VIDEO_FIELDS }).sort({ _id: 1 }).limit(limit).toArray(),
    );
    return documents.map((document) => fromVideoDocument(document));
  },

  async change(about, decide) {
    const stored = await transaction(async (session): Promise<Change | undefined> => {
      const current = await readCurrent(collections, about, session);
      const change = decide(current);
      if (change === undefined) return undefined;
      const { accountId } = about;
      const now = change.refreshedAt;
      const gone = change.videos.filter(({ kind }) => kind === 'gone').length;
      // The number is set anew at the beginning of a walk; until then it may be behind.
      const removed = Math.min(gone, current.account?.videos ?? 0);
      const update = accountUpdate(change.account, removed, now);
      const entries = change.announce.map((announcement) => outboxEntryOf(SERVICE, announcement, now));
      await updateAccountAndAppend(collections, session, accountId, update, entries);
      if (change.videos.length > 0) {
        const writes = change.videos.map((video) => writeOf(accountId, video, now));
        await collections.videos.bulkWrite(writes, { session, ordered: false });
      }
      return change;
    });
    if (stored !== undefined && stored.announce.length > 0) onStored(about.accountId);
    return stored;
  },
});
