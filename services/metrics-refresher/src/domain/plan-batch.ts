import { refreshScheduled, requireServing, type RefreshJob } from '@trendpot/contracts';
import { metricsRefreshed, newRound, nextBatch, refreshQueued, videosRemoved, type Change } from './change.ts';
import type { Current } from './ports.ts';
import { isObsolete, roundOf } from './round.ts';
import { refreshVideo, type Answer, type Refreshed } from './video.ts';

export interface BatchContext {
  readonly job: RefreshJob;
  readonly answer: Answer;
  readonly now: Date;
  /** Set while more videos of the round are to come: the last one of this batch. */
  readonly continueAfter?: string;
  /** Milliseconds between two rounds at least. */
  readonly intervalMs: number;
  /** Milliseconds until the next round; used when this one ends. */
  readonly nextRoundMs: number;
}

const isKind =
  <K extends Refreshed['kind']>(kind: K) =>
  (video: Refreshed): video is Extract<Refreshed, { kind: K }> =>
    video.kind === kind;

/**
 * Decides what one batch of fresh counts changes: the videos, the events, the position of the round, and the one job
 * or schedule that follows. Every video TikTok answered for is announced with all its counts, changed or not: its
 * freshness is news. A video that was asked for later by somebody else stays as that answer left it. Undefined when the batch does not count any more.
 *
 * @throws PlatformError when the account may not be written to (see `requireServing`)
 */
export const planBatch = (context: BatchContext, current: Current): Change | undefined => {
  const { job, answer, now, continueAfter, nextRoundMs, intervalMs } = context;
  const account = requireServing(job.accountId, current.account);
  if (isObsolete(job, account)) return undefined;
  const { accountId } = account;

  const { askedAt } = answer;
  const byId = new Map(answer.videos.map((video) => [video.videoId, video]));
  const videos = current.videos
    .filter((stored) => stored.refreshedAt <= askedAt)
    .map((stored) => refreshVideo(stored, byId.get(stored.videoId), { askedAt, intervalMs }));
  const refreshedAt = askedAt.toISOString();
  const seen = videos
    .filter(isKind('seen'))
    .map(({ videoId: id, counts, thumbnail }) => ({ id, counts, refreshedAt, ...(thumbnail && { thumbnail }) }));
  const gone = videos.filter(isKind('gone')).map(({ videoId }) => videoId);

  const startedAt = roundOf(job);
  const follows =
    continueAfter === undefined
      ? refreshScheduled(newRound({ ...account, round: { startedAt } }, now), new Date(now.getTime() + nextRoundMs))
      : refreshQueued(nextBatch(job, continueAfter, now));
  return {
    videos,
    refreshedAt: askedAt,
    at: now,
    account: {
      round: { startedAt, ...(continueAfter === undefined ? { finishedAt: now } : { after: continueAfter }) },
      ...(continueAfter === undefined ? { metricsAt: now } : {}),
    },
    announce: [
      ...(seen.length === 0 ? [] : [metricsRefreshed(accountId, seen)]),
      ...(gone.length === 0 ? [] : [videosRemoved(accountId, gone)]),
      follows,
    ],
  };
};
