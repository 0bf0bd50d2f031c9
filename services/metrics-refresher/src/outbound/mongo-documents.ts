import type { AccountDocument, SealedCredential, VideoDocument } from '@trendpot/persistence';
import type { Account } from '../domain/account.ts';
import type { AccountChange } from '../domain/change.ts';
import type { StoredVideo } from '../domain/video.ts';

/** What of an account's document the refresher reads: of its credential the number only. */
export const ACCOUNT_FIELDS = { state: 1, 'sync.videos': 1, refresh: 1, 'credential.generation': 1 } as const;
export const VIDEO_FIELDS = { counts: 1, thumbnail: 1, absences: 1, absentSince: 1, lastRefreshedAt: 1 } as const;

export type AccountFields = Pick<AccountDocument, '_id' | 'state' | 'sync' | 'refresh'> & {
  readonly credential?: Pick<SealedCredential, 'generation'>;
};
export type VideoFields = Pick<
  VideoDocument,
  '_id' | 'counts' | 'thumbnail' | 'absences' | 'absentSince' | 'lastRefreshedAt'
>;

export const fromAccountDocument = ({ _id, state, sync, refresh, credential }: AccountFields): Account => ({
  accountId: _id,
  state,
  videos: sync.videos,
  ...(credential === undefined ? {} : { generation: credential.generation }),
  ...(refresh === undefined ? {} : { round: refresh }),
});

export const fromVideoDocument = ({
  _id,
  counts,
  thumbnail,
  absences,
  absentSince,
  lastRefreshedAt,
}: VideoFields): StoredVideo => ({
  videoId: _id,
  counts,
  absences,
  refreshedAt: lastRefreshedAt,
  ...(absentSince === undefined ? {} : { absentSince }),
  ...(thumbnail === undefined
    ? {}
    : { thumbnail: { url: thumbnail.url, expiresAt: thumbnail.expiresAt.toISOString() } }),
});

/** Which accounts ought to have a refresh job or schedule. */
export const ACCOUNTS_AT_WORK = {
  queue: 'refresh',
  states: ['healthy'],
  fields: ACCOUNT_FIELDS,
  fromDocument: fromAccountDocument,
} as const;

/** The update that brings an account change about. */
export const accountUpdate = (change: AccountChange, removedVideos: number, now: Date) => {
  const { state, round, metricsAt, lastError } = change;
  return {
    $set: {
      updatedAt: now,
      ...(state === undefined ? {} : { state }),
      ...(round === undefined ? {} : { refresh: round }),
      ...(metricsAt === undefined ? {} : { 'sync.metricsAt': metricsAt }),
      ...(lastError === undefined || lastError === null ? {} : { lastError }),
    },
    ...(lastError === null ? { $unset: { lastError: '' as const } } : {}),
    ...(removedVideos === 0 ? {} : { $inc: { 'sync.videos': -removedVideos } }),
  };
};
