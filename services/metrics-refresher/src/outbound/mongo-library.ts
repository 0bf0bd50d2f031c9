import {
  outboxEntryOf,
  reachable,
  readForChange,
  updateAccountAndAppend,
  type Appended,
  type Collections,
  type Database,
  type VideoDocument,
} from '@trendpot/persistence';
import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';
import type { Current, Library } from '../domain/ports.ts';
import type { Refreshed } from '../domain/video.ts';
import {
  ACCOUNT_FIELDS,
  accountUpdate,
  fromAccountDocument,
  fromVideoDocument,
  VIDEO_FIELDS,
  type AccountFields,
  type VideoFields,
} from './mongo-documents.ts';

const SERVICE = 'metrics-refresher';

type About = Parameters<Library['change']>[0];

const readAccount = async (collections: Collections, accountId: string) => {
  const document = await collections.accounts.findOne({ _id: accountId }, { projection: ACCOUNT_FIELDS });
  return document === null ? undefined : fromAccountDocument(document);
};

const readCurrent = async (
  collections: Collections,
  { accountId, videoIds = [] }: About,
  session: ClientSession,
): Promise<Current & { readonly nothingWaits: boolean }> => {
  const asked = [
    { $match: { _id: { $in: [...videoIds] }, accountId } },
    { $sort: { _id: 1 } },
    { $project: VIDEO_FIELDS },
  ];
  const found = await readForChange<AccountFields, VideoFields>(collections, session, accountId, ACCOUNT_FIELDS, asked);
  return {
    account: found && fromAccountDocument(found.account),
    videos: found?.videos.map((document) => fromVideoDocument(document)) ?? [],
    nothingWaits: found?.nothingWaits ?? false,
  };
};

const writeOf = (accountId: string, video: Refreshed, lastRefreshedAt: Date): AnyBulkWriteOperation<VideoDocument> => {
  const filter = { _id: video.videoId, accountId };
  switch (video.kind) {
    case 'gone':
      return { deleteOne: { filter } };
    case 'absent':
      return { updateOne: { filter, update: { $set: { absences: video.absences, absentSince: video.since } } } };
    case 'seen': {
      const { counts, thumbnail } = video;
      const picture =
        thumbnail === undefined ? {} : { thumbnail: { url: thumbnail.url, expiresAt: new Date(thumbnail.expiresAt) } };
      const seen = { counts, ...picture, absences: 0, lastRefreshedAt };
      return { updateOne: { filter, update: { $set: seen, $unset: { absentSince: '' } } } };
    }
  }
};

/**
 * Accounts and the counts of their videos in MongoDB. Every change writes the account's document, so two changes of one
 * account conflict and the later one is decided again; `onStored` tells the outbox relay that there is something to
 * publish, and what it is if it is the next of its account.
 */
export const mongoLibrary = (
  { collections, transaction }: Database,
  onStored: (accountId: string, appended?: Appended) => void,
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
    const stored = await transaction(async (session) => {
      const current = await readCurrent(collections, about, session);
      const change = decide(current);
      if (change === undefined) return undefined;
      const { accountId } = about;
      const { at: now, refreshedAt = now } = change;
      const gone = change.videos.filter(({ kind }) => kind === 'gone').length;
      // The number is set anew at the beginning of a walk; until then it may be behind.
      const removed = Math.min(gone, current.account?.videos ?? 0);
      const update = accountUpdate(change.account, removed, now);
      const entries = change.announce.map((announcement) => outboxEntryOf(SERVICE, announcement, now));
      const appended = await updateAccountAndAppend(collections, session, accountId, update, entries);
      if (change.videos.length > 0) {
        const writes = change.videos.map((video) => writeOf(accountId, video, refreshedAt));
        await collections.videos.bulkWrite(writes, { session, ordered: false });
      }
      return { change, ...(current.nothingWaits ? { appended } : {}) };
    });
    if (stored === undefined) return undefined;
    const { change, appended } = stored;
    if (change.announce.length > 0) onStored(about.accountId, appended);
    return change;
  },
});
