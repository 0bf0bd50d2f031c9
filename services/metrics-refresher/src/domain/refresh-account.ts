import { requireServing, toPlatformError, type RefreshJob } from '@trendpot/contracts';
import { chooseDue } from './choose-due.ts';
import { planBatch } from './plan-batch.ts';
import type { CallBudget, CallWithToken, Clock, DisplayApi, Library, Log, RefreshMeter } from './ports.ts';
import { isObsolete } from './round.ts';
import { needsPicture, type Answer, type StoredVideo } from './video.ts';

export interface RefreshAccountPorts {
  readonly library: Library;
  readonly display: DisplayApi;
  readonly callWithToken: CallWithToken;
  readonly budget: CallBudget;
  /** Milliseconds between two rounds while calls are plenty. */
  readonly intervalMs: number;
  /** Videos per call, at most 20. */
  readonly batchSize: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: RefreshMeter;
}

export type RefreshAccount = (job: RefreshJob, signal?: AbortSignal) => Promise<void>;

/**
 * One batch of one creator's round: token, permit and call, one transaction. Whatever is repeated after a crash ends in
 * the same stored counts and the same single successor.
 *
 * @throws PlatformError whose verdict decides what becomes of the job.
 */
export const makeRefreshAccount = (ports: RefreshAccountPorts): RefreshAccount => {
  const { library, display, clock, log, meter, intervalMs } = ports;

  const askTikTok = async (
    job: RefreshJob,
    batch: readonly StoredVideo[],
    nextRoundMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer> => {
    if (batch.length === 0) return { askedAt: clock(), videos: [] };
    const { accountId, requestId } = job;
    const videoIds = batch.map(({ videoId }) => videoId);
    return ports.callWithToken({ accountId, requestId, ...(signal === undefined ? {} : { signal }) }, (lease) => {
      const nextLook = new Date(clock().getTime() + nextRoundMs);
      const fields = batch.some((video) => needsPicture(video, nextLook)) ? 'all' : 'counts';
      return display.query(lease, { videoIds, fields }, signal);
    });
  };

  const drop = ({ accountId, requestId }: RefreshJob, reason: string): void => {
    meter.jobDropped();
    log.info('tiktok.refresh.job_dropped', { requestId, accountId, reason });
  };

  const refreshBatch = async (job: RefreshJob, signal: AbortSignal | undefined): Promise<void> => {
    const { accountId, requestId } = job;
    const account = requireServing(accountId, await library.account(accountId));
    if (isObsolete(job, account)) return drop(job, 'batch-already-done');

    const started = clock().getTime();
    const found = await library.videosAfter(accountId, job.afterVideoId, ports.batchSize + 1);
    const batch = found.slice(0, ports.batchSize);
    const last = found.length > batch.length ? batch.at(-1)?.videoId : undefined;
    // Before the call: what it costs would be lost if this failed after it.
    const nextRoundMs = chooseDue({ intervalMs, ...(await ports.budget.today()) });
    const answer = await askTikTok(job, batch, nextRoundMs, signal);

    const now = clock();
    const context = {
      job,
      answer,
      now,
      intervalMs,
      nextRoundMs,
      ...(last === undefined ? {} : { continueAfter: last }),
    };
    const about = { accountId, videoIds: batch.map(({ videoId }) => videoId) };
    const change = await library.change(about, (current) => planBatch(context, current));
    if (change === undefined) return drop(job, 'round-superseded');

    const removed = change.videos.filter(({ kind }) => kind === 'gone').length;
    const refreshed = change.videos.filter(({ kind }) => kind === 'seen').length;
    meter.videosRefreshed(refreshed);
    meter.videosRemoved(removed);
    meter.jobDone((now.getTime() - started) / 1000);
    const ends = last === undefined ? { nextRoundMs } : {};
    log.info('tiktok.refresh.batch_stored', { requestId, accountId, refreshed, removed, ...ends });
  };

  return async (job, signal) => {
    try {
      await refreshBatch(job, signal);
    } catch (thrown) {
      if (toPlatformError(thrown).verdict === 'drop') drop(job, 'account-gone');
      throw thrown;
    }
  };
};
