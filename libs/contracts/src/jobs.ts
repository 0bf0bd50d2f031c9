import { z } from 'zod';
import { AccountId, RequestId, VideoId } from './identifiers.ts';

const Attempt = z.number().int().min(1).max(100);

/** How many of the attempts before this one an outage of our own ended; absent for none (ADR 0027). */
const Outages = z.number().int().min(1).max(100).optional();

/** TikTok's cursor: Unix milliseconds; the page before it is older. Absent for the newest page. Source: tiktok-api.md 3.1. */
export const Cursor = z.number().int().min(0).max(8_640_000_000_000_000);

/** One page of one creator's library. Its successor goes to the tail of the queue, so that accounts take turns. */
export const SyncJob = z.strictObject({
  version: z.literal(1),
  /** Idempotency key: stays the same when the job is retried or fired from a schedule. */
  jobId: z.string().min(8).max(64),
  requestId: RequestId,
  accountId: AccountId,
  /** `full` walks to the end; `incremental` stops where earlier walks have been and nothing new is found. */
  mode: z.enum(['full', 'incremental']),
  lane: z.enum(['first', 'page']),
  /** Names one walk through the library; a page of an abandoned walk is dropped. */
  walkId: z.string().min(8).max(64),
  /** Pages already stored in this walk. */
  page: z.number().int().min(0).max(1_000_000),
  cursor: Cursor.optional(),
  /** Pages in a row, up to this one, that led nowhere; absent for none. So many of them end the walk. */
  barren: z.number().int().min(1).max(1_000).optional(),
  attempt: Attempt,
  outages: Outages,
  queuedAt: z.iso.datetime(),
});
export type SyncJob = z.infer<typeof SyncJob>;

/** One round of fresh counts for one creator, in batches. */
export const RefreshJob = z.strictObject({
  version: z.literal(1),
  jobId: z.string().min(8).max(64),
  requestId: RequestId,
  accountId: AccountId,
  /** Videos already refreshed in this round: the round goes on after this id. */
  afterVideoId: VideoId.optional(),
  roundStartedAt: z.iso.datetime().optional(),
  attempt: Attempt,
  outages: Outages,
  queuedAt: z.iso.datetime(),
});
export type RefreshJob = z.infer<typeof RefreshJob>;

/** The same work with all its attempts before it. */
export const fromFirstAttempt = <J extends Partial<Pick<SyncJob, 'attempt' | 'outages'>>>(
  job: J,
): Omit<J, 'outages'> & { attempt: number } => {
  const { outages: _outages, ...work } = job;
  return { ...work, attempt: 1 };
};

/** A job that will not be tried again, kept until redriven or dropped. */
export const DeadLetter = z.strictObject({
  version: z.literal(1),
  queue: z.enum(['sync', 'refresh']),
  subject: z.string().max(256),
  accountId: z.union([AccountId, z.literal('unknown')]),
  code: z.string().max(64),
  message: z.string().max(500),
  attempts: z.number().int().min(0),
  failedAt: z.iso.datetime(),
  requestId: z.string().max(64).optional(),
  /** The job as it came, base64, cut at 64 KiB; tokens never travel in jobs. */
  body: z.string(),
  truncated: z.boolean(),
});
export type DeadLetter = z.infer<typeof DeadLetter>;
