import { CloudEvent } from 'cloudevents';
import { z } from 'zod';
import { AccountId, VideoId } from './identifiers.ts';
import { SUBJECT } from './subjects.ts';
import { Counts, Thumbnail, Video } from './video.ts';

const base = {
  version: z.literal(1),
  accountId: AccountId,
  /** Position among all events of this account, from 1 without gaps. */
  sequence: z.number().int().min(1),
};

export const SyncProgress = z.strictObject({
  pages: z.number().int().min(0),
  videos: z.number().int().min(0),
  complete: z.boolean(),
});
export type SyncProgress = z.infer<typeof SyncProgress>;

/** `data` of `tiktok.videos.update`, version 1. */
export const VideosUpdate = z.discriminatedUnion('change', [
  z.strictObject({ ...base, change: z.literal('synced'), videos: z.array(Video).max(20), progress: SyncProgress }),
  z.strictObject({
    ...base,
    change: z.literal('metrics'),
    /** `counts` are all that is known, not only what changed; a new `thumbnail` comes when the old one was about to die. */
    videos: z
      .array(
        z.strictObject({
          id: VideoId,
          counts: Counts,
          refreshedAt: z.iso.datetime(),
          thumbnail: Thumbnail.optional(),
        }),
      )
      .max(20),
  }),
  z.strictObject({ ...base, change: z.literal('removed'), videoIds: z.array(VideoId).max(200) }),
  /** Everything of this account is to be forgotten. */
  z.strictObject({ ...base, change: z.literal('pruned'), actor: z.enum(['creator', 'operator', 'tiktok']) }),
]);
export type VideosUpdate = z.infer<typeof VideosUpdate>;

export const AccountState = z.enum(['connected', 'syncing', 'healthy', 'needs_consent', 'revoked']);
export type AccountState = z.infer<typeof AccountState>;

/** `data` of `tiktok.accounts.update`, version 1. */
export const AccountsUpdate = z.strictObject({
  ...base,
  change: z.enum(['connected', 'state', 'failed', 'consent_expiring', 'revoked']),
  state: AccountState,
  /** The code behind `needs_consent` or `failed`. */
  code: z.string().max(64).optional(),
});
export type AccountsUpdate = z.infer<typeof AccountsUpdate>;

export const EVENT_SCHEMA = {
  [SUBJECT.videosUpdate]: VideosUpdate,
  [SUBJECT.accountsUpdate]: AccountsUpdate,
} as const;
export type EventType = keyof typeof EVENT_SCHEMA;
export type EventData<T extends EventType> = z.infer<(typeof EVENT_SCHEMA)[T]>;

/** A CloudEvents 1.0 event in structured JSON; `type` is the subject it is published on, `subject` the account. */
export const eventEnvelope = <T extends EventType>(
  type: T,
  source: string,
  id: string,
  time: Date,
  data: EventData<T>,
): Record<string, unknown> =>
  new CloudEvent({
    id,
    type,
    source: `/trendpot/${source}`,
    subject: data.accountId,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    dataschema: `urn:trendpot:${type}:v${data.version}`,
    data: EVENT_SCHEMA[type].parse(data),
  }).toJSON();

const Envelope = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  type: z.enum([SUBJECT.videosUpdate, SUBJECT.accountsUpdate]),
  source: z.string().min(1),
  subject: AccountId,
  time: z.iso.datetime(),
  data: z.unknown(),
});

export type PlatformEvent = {
  [T in EventType]: {
    readonly id: string;
    readonly type: T;
    readonly source: string;
    readonly time: string;
    readonly data: EventData<T>;
  };
}[EventType];

/** Reads what `eventEnvelope` wrote. Throws a ZodError on anything else. */
export const parseEvent = (json: unknown): PlatformEvent => {
  const { id, type, source, time, data } = Envelope.parse(json);
  return { id, type, source, time, data: EVENT_SCHEMA[type].parse(data) } as PlatformEvent;
};
