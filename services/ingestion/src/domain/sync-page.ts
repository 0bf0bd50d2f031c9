import { requireServing, toPlatformError, type SyncJob } from '@trendpot/contracts';
import { makePlanPage, type Intervals, type PagePlan } from './plan-page.ts';
import type { CallWithToken, Clock, DisplayApi, IngestionMeter, Library, Log } from './ports.ts';
import type { FetchProfile } from './profile.ts';
import { reportStored } from './report-stored.ts';
import type { RefusedVideo, SanitizeVideos } from './sanitize-videos.ts';
import { obsolete, type Obsolete } from './walk.ts';

export interface SyncPagePorts {
  readonly library: Library;
  readonly display: DisplayApi;
  readonly callWithToken: CallWithToken;
  readonly sanitizeVideos: SanitizeVideos;
  /** Present when names and pictures of creators are wanted; it costs one call a walk. */
  readonly fetchProfile?: FetchProfile;
  readonly intervals: Intervals;
  readonly pageSize: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: IngestionMeter;
}

/** @param deliveries how often the job has been handed out, from 1; unknown is not once. */
export type SyncPage = (job: SyncJob, signal?: AbortSignal, deliveries?: number) => Promise<void>;

const JUST_QUEUED_MS = 1_000;

/**
 * Whether a job is certain to be the next of its account but for a change within the last moment: what stored the page
 * before has queued it just now, and nobody has been at it. Then one look before the call is saved; the transaction looks
 * in any case, and a call in vain is all that such a change costs.
 */
const isNextForSure = ({ page, attempt, queuedAt }: SyncJob, deliveries: number | undefined, now: Date): boolean => {
  const age = now.getTime() - Date.parse(queuedAt);
  return page > 0 && attempt === 1 && deliveries === 1 && age >= 0 && age < JUST_QUEUED_MS;
};

/**
 * One page of one creator's library: token, permit and call, sanitizer, one transaction. Whatever is repeated after a
 * crash ends in the same stored videos, the same progress and the same single successor.
 *
 * @throws PlatformError whose verdict decides what becomes of the job.
 */
export const makeSyncPage = (ports: SyncPagePorts): SyncPage => {
  const { library, display, clock, log, meter } = ports;
  const planPage = makePlanPage(ports.intervals);

  const whyObsolete = async (job: SyncJob): Promise<Obsolete | undefined> =>
    obsolete(job, requireServing(job.accountId, await library.account(job.accountId)));

  const fetchAndStore = async (
    job: SyncJob,
    signal: AbortSignal | undefined,
    deliveries: number | undefined,
  ): Promise<void> => {
    const reason = isNextForSure(job, deliveries, clock()) ? undefined : await whyObsolete(job);
    if (reason !== undefined) return drop(job, reason);

    const started = clock().getTime();
    const { accountId, requestId } = job;
    const kind = job.lane === 'first' ? 'interactive' : 'background';
    const options = { kind, ...(signal === undefined ? {} : { signal }) } as const;
    const { cursor, barren } = job;
    const from = { ...(cursor === undefined ? {} : { cursor }), ...(barren === undefined ? {} : { barren }) };
    const page = await ports.callWithToken(
      { accountId, requestId, operation: 'video.list', patient: true, ...options },
      (lease) => display.list(lease, { ...from, maxCount: ports.pageSize }, options),
    );
    const profile = job.page === 0 && job.mode === 'full' ? await ports.fetchProfile?.(job, options) : undefined;
    const { videos, refused } = await ports.sanitizeVideos(requestId, page.videos);

    const context = { job, page, videos, now: clock(), ...(profile === undefined ? {} : { profile }) };
    let plan: PagePlan | undefined;
    await library.change(
      { accountId, videoIds: videos.map((video) => video.id), recount: job.page === 0 },
      (current) => (plan = planPage(context, current)),
    );
    if (plan === undefined) return drop(job, 'walk-superseded');
    if (page.stuck !== undefined) log.warn('tiktok.sync.walk_stuck', { requestId, accountId, reason: page.stuck });
    report(job, plan, refused);
    meter.jobDone((clock().getTime() - started) / 1000);
  };

  const drop = (job: SyncJob, reason: string): void => {
    meter.jobDropped();
    log.info('tiktok.sync.job_dropped', { requestId: job.requestId, accountId: job.accountId, page: job.page, reason });
  };

  const report = (job: SyncJob, plan: PagePlan, refused: readonly RefusedVideo[]): void => {
    const { accountId, requestId, mode } = job;
    reportStored(ports, job, { ...plan, refused });
    log.info('tiktok.sync.page_stored', {
      requestId,
      accountId,
      mode,
      page: job.page,
      fresh: plan.fresh,
      ends: plan.ends,
    });
  };

  return async (job, signal, deliveries) => {
    try {
      await fetchAndStore(job, signal, deliveries);
    } catch (thrown) {
      if (toPlatformError(thrown).verdict === 'drop') drop(job, 'account-gone');
      throw thrown;
    }
  };
};
