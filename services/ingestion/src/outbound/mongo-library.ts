import { eventEnvelope, type EventType } from '@trendpot/contracts';
import { appendOutbox, reachable, type Collections, type Database } from '@trendpot/persistence';
import type { ClientSession } from 'mongodb';
import type { Announcement, Change } from '../domain/change.ts';
import type { Current, Library } from '../domain/ports.ts';
import { ACCOUNT_FIELDS, accountUpdate, fromAccountDocument } from './mongo-account-document.ts';
import { fromVideoDocument, toVideoDocument } from './mongo-video-document.ts';

const SERVICE = 'ingestion';

type About = Parameters<Library['change']>[0];

const readAccount = async (collections: Collections, accountId: string, session?: ClientSession) => {
  const options = { projection: ACCOUNT_FIELDS, ...(session === undefined ? {} : { session }) };
  const document = await collections.accounts.findOne({ _id: accountId }, options);
  return document === null ? undefined : fromAccountDocument(document);
};

const readDeparted = async (collections: Collections, owners: readonly string[], session: ClientSession) => {
  if (owners.length === 0) return new Set<string>();
  const filter = { _id: { $in: [...owners] }, state: { $ne: 'revoked' as const } };
  const present = await collections.accounts.find(filter, { session, projection: { _id: 1 } }).toArray();
  const serving = new Set(present.map(({ _id }) => _id));
  return new Set(owners.filter((owner) => !serving.has(owner)));
};

const readCurrent = async (collections: Collections, about: About, session: ClientSession): Promise<Current> => {
  const { accountId, videoIds = [], recount = false } = about;
  const account = await readAccount(collections, accountId, session);
  const documents =
    videoIds.length === 0 ? [] : await collections.videos.find({ _id: { $in: [...videoIds] } }, { session }).toArray();
  const known = new Map(documents.map((document) => [document._id, fromVideoDocument(document)]));
  const owners = new Set([...known.values()].map((video) => video.accountId).filter((owner) => owner !== accountId));
  return {
    account,
    known,
    departed: await readDeparted(collections, [...owners], session),
    storedVideos: recount
      ? await collections.videos.countDocuments({ accountId }, { session })
      : (account?.sync.videos ?? 0),
  };
};

const append = async (
  collections: Collections,
  session: ClientSession,
  accountId: string,
  { subject, event, build, schedule }: Announcement,
  now: Date,
): Promise<void> => {
  await appendOutbox(collections, session, {
    accountId,
    service: SERVICE,
    subject,
    build: (sequence, id) => {
      const data = build(sequence, id);
      return event ? eventEnvelope(subject as EventType, SERVICE, id, now, data as never) : data;
    },
    ...(schedule === undefined ? {} : { schedule }),
  });
};

/**
 * Accounts and videos in MongoDB. Every change writes the account's document, so two changes of one account conflict
 * and the later one is decided again; `onStored` tells the outbox relay that there is something to publish.
 */
export const mongoLibrary = ({ collections, transaction }: Database, onStored: () => void): Library => ({
  account: (accountId) => reachable(() => readAccount(collections, accountId)),

  async video(videoId) {
    const document = await reachable(() => collections.videos.findOne({ _id: videoId }));
    return document === null ? undefined : fromVideoDocument(document);
  },

  async change(about, decide) {
    const stored = await transaction(async (session): Promise<Change | undefined> => {
      const change = decide(await readCurrent(collections, about, session));
      if (change === undefined) return undefined;
      const now = new Date();
      const { accountId } = about;
      await collections.accounts.updateOne({ _id: accountId }, accountUpdate(change.account, now), { session });
      if (change.put.length > 0) {
        const writes = change.put.map((video) => {
          const { _id, ...replacement } = toVideoDocument(video);
          return { replaceOne: { filter: { _id }, replacement, upsert: true } };
        });
        await collections.videos.bulkWrite(writes, { session, ordered: false });
      }
      for (const announcement of change.announce) await append(collections, session, accountId, announcement, now);
      return change;
    });
    if (stored !== undefined && stored.announce.length > 0) onStored();
    return stored;
  },
});
