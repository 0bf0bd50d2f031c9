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
import { ACCOUNT_FIELDS, accountUpdate, fromAccountDocument, type AccountFields } from './mongo-account-document.ts';
import type { StoredVideo } from '../domain/video.ts';
import { fromVideoDocument, toVideoDocument } from './mongo-video-document.ts';

const SERVICE = 'ingestion';

type About = Parameters<Library['change']>[0];

const readAccount = async (collections: Collections, accountId: string) => {
  const document = await collections.accounts.findOne({ _id: accountId }, { projection: ACCOUNT_FIELDS });
  return document === null ? undefined : fromAccountDocument(document);
};

const readDeparted = async (collections: Collections, owners: readonly string[], session: ClientSession) => {
  if (owners.length === 0) return new Set<string>();
  const filter = { _id: { $in: [...owners] }, state: { $ne: 'revoked' as const } };
  const present = await collections.accounts.find(filter, { session, projection: { _id: 1 } }).toArray();
  const serving = new Set(present.map(({ _id }) => _id));
  return new Set(owners.filter((owner) => !serving.has(owner)));
};

const readCurrent = async (
  collections: Collections,
  { accountId, videoIds = [], recount = false }: About,
  session: ClientSession,
): Promise<Current & { readonly nothingWaits: boolean }> => {
  const asked = [{ $match: { _id: { $in: [...videoIds] } } }];
  const found = await readForChange<AccountFields, VideoDocument>(
    collections,
    session,
    accountId,
    ACCOUNT_FIELDS,
    asked,
  );
  const account = found && fromAccountDocument(found.account);
  const known = new Map(found?.videos.map((document) => [document._id, fromVideoDocument(document)]));
  const owners = new Set([...known.values()].map((video) => video.accountId).filter((owner) => owner !== accountId));
  return {
    account,
    known,
    departed: await readDeparted(collections, [...owners], session),
    storedVideos: recount
      ? await collections.videos.countDocuments({ accountId }, { session })
      : (account?.sync.videos ?? 0),
    nothingWaits: found?.nothingWaits ?? false,
  };
};

const writeOf = (video: StoredVideo, known: Current['known']): AnyBulkWriteOperation<VideoDocument> => {
  const document = toVideoDocument(video);
  if (!known.has(document._id)) return { insertOne: { document } };
  const { _id, ...replacement } = document;
  return { replaceOne: { filter: { _id }, replacement } };
};

/**
 * Accounts and videos in MongoDB. Every change writes the account's document, so two changes of one account conflict
 * and the later one is decided again; `onStored` tells the outbox relay that there is something to publish, and what it
 * is if it is the next of its account.
 */
export const mongoLibrary = (
  { collections, transaction }: Database,
  onStored: (accountId: string, appended?: Appended) => void,
): Library => ({
  account: (accountId) => reachable(() => readAccount(collections, accountId)),

  async video(videoId) {
    const document = await reachable(() => collections.videos.findOne({ _id: videoId }));
    return document === null ? undefined : fromVideoDocument(document);
  },

  async change(about, decide) {
    const stored = await transaction(async (session) => {
      const current = await readCurrent(collections, about, session);
      const change = decide(current);
      if (change === undefined) return undefined;
      const now = new Date();
      const update = accountUpdate(change.account, now);
      const entries = change.announce.map((announcement) => outboxEntryOf(SERVICE, announcement, now));
      const appended = await updateAccountAndAppend(collections, session, about.accountId, update, entries);
      const writes = change.put.map((video) => writeOf(video, current.known));
      if (writes.length > 0) await collections.videos.bulkWrite(writes, { session, ordered: false });
      return { change, ...(current.nothingWaits ? { appended } : {}) };
    });
    if (stored === undefined) return undefined;
    const { change, appended } = stored;
    if (change.announce.length > 0) onStored(about.accountId, appended);
    return change;
  },
});
