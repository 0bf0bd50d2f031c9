import { STREAM, type PlatformEvent } from '@trendpot/contracts';
import { eventually } from '@trendpot/testing';
import { readEvents } from '../../pipeline/read-events.ts';
import type { PipelineLab } from '../../pipeline/lab.ts';
import { discoverPoints, type Point } from '../job-worker/discover-points.ts';
import type { Stop } from '../job-worker/messages.ts';
import { startWorker, type WorkerProcess } from '../job-worker/worker-process.ts';

/** Three pages: the first in its lane, one in the middle, and the last. */
export const VIDEOS = 45;
export const LAST_PAGE = 2;

/** What one account looks like when everything has come to rest. */
export interface Rest {
  readonly stop: Stop;
  readonly state: string | undefined;
  readonly videos: number;
  readonly counted: number | undefined;
  /** Faults in the order or completeness of its events; none is right. */
  readonly eventFaults: readonly string[];
  readonly sync: { readonly jobs: number; readonly schedules: number };
  readonly refresh: { readonly jobs: number; readonly schedules: number };
  readonly calls: number;
  /** Why its jobs were put off, by whichever worker; each time may have cost a call. */
  readonly retried: readonly string[];
  /** How often one of its jobs was handed out again to a worker that was, or had been, at it already. */
  readonly repeated: number;
}

/** Points of a job whose page is stored. */
const STORED = new Set(['after commit', 'end']);

export interface PageJobStage {
  /** What a worker of ingestion finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** A creator whose first job is still to be queued. */
  newAccount(): Promise<string>;
  startWorker(more?: NodeJS.ProcessEnv): Promise<WorkerProcess>;
  /** Every point a page job passes, by page, as a worker passes them when nothing goes wrong. */
  discover(): Promise<Point[]>;
  /** As many creators as points, each of whose jobs shall stand still at one of them. */
  cast(points: readonly Point[]): Promise<Stop[]>;
  /** Begins all of them, and resolves when every job stands still where it shall. */
  standStill(worker: WorkerProcess, stops: readonly Stop[]): Promise<void>;
  /**
   * Resolves when every account is at rest, or after the deadline; tells how each was found, and what all the workers
   * that had its jobs, living or dead, said of them.
   */
  rest(workers: readonly WorkerProcess[], stops: readonly Stop[], withinMs?: number): Promise<Rest[]>;
}

/** At least once and in order: without repetitions, numbers from 1 without gaps, in the order of the stream. */
const faultsOf = (events: readonly PlatformEvent[], last: number): string[] => {
  const first = new Map<string, number>();
  for (const { id, data } of events) if (!first.has(id)) first.set(id, data.sequence);
  const sequences = [...first.values()];
  const faults: string[] = [];
  sequences.forEach((sequence, index) => {
    if (sequence !== index + 1) faults.push(`position ${index + 1} holds number ${sequence}`);
  });
  if (sequences.length !== last) faults.push(`${sequences.length} of ${last} events`);
  return faults;
};

export const pageJobStage = async (lab: PipelineLab): Promise<PageJobStage> => {
  const { collections } = lab.database;
  const handles = new Map<string, string>();
  const environment = {
    ...lab.environmentOf('ingestion'),
    TIKTOK_MAX_CONCURRENT_CALLS: '500',
    TIKTOK_INGESTION_RETRY_BACKOFF_MS: '2000',
    TIKTOK_INGESTION_SYNC_INTERVAL_MS: '86400000',
    TIKTOK_METRICS_REFRESH_INTERVAL_MS: '86400000',
  };
  const subscriber = await lab.connect('subscriber');

  const newAccount = async (): Promise<string> => {
    const handle = await lab.creator(VIDEOS);
    const accountId = await lab.vault.connectWithoutJob(handle);
    handles.set(accountId, handle);
    return accountId;
  };

  const isAtRest = async (accountId: string): Promise<boolean> => {
    const account = await collections.accounts.findOne({ _id: accountId }, { projection: { state: 1 } });
    return account?.state === 'healthy' && (await collections.outbox.findOne({ accountId })) === null;
  };

  const isQueueEmpty = async (): Promise<boolean> => {
    const jobs = { subjects_filter: 'tiktok.jobs.sync.>' };
    const { state } = await lab.ingestion.manager.streams.info(STREAM.sync, jobs);
    return Object.keys(state.subjects ?? {}).length === 0;
  };

  const restOf = async (
    workers: readonly WorkerProcess[],
    stop: Stop,
    events: readonly PlatformEvent[],
    calls: Map<string, number>,
  ): Promise<Rest> => {
    const { accountId } = stop;
    const account = await collections.accounts.findOne({ _id: accountId });
    const own = events.filter(({ data }) => data.accountId === accountId);
    return {
      stop,
      state: account?.state,
      videos: await collections.videos.countDocuments({ accountId }),
      counted: account?.sync.videos,
      eventFaults: faultsOf(own, account?.eventSequence ?? 0),
      sync: await lab.workOf(STREAM.sync, accountId),
      refresh: await lab.workOf(STREAM.refresh, accountId),
      calls: calls.get(handles.get(accountId) ?? '') ?? 0,
      retried: workers.flatMap(({ retried }) => retried.get(accountId) ?? []),
      repeated: workers.reduce((sum, { repeated }) => sum + (repeated.get(accountId) ?? 0), 0),
    };
  };

  return {
    environment,
    newAccount,
    startWorker: (more = {}) => startWorker('sync', { ...environment, ...more }),
    discover: async () => {
      await using worker = await startWorker('sync', environment);
      return await discoverPoints(worker, async () => {
        const accountId = await newAccount();
        await lab.vault.begin(accountId);
        await eventually(() => isAtRest(accountId), { withinMs: 60_000, what: 'an undisturbed walk' });
        return accountId;
      });
    },
    cast: (points) => Promise.all(points.map(async (point) => ({ ...point, accountId: await newAccount() }))),
    standStill: async (worker, stops) => {
      await worker.stopAt(stops);
      await Promise.all(stops.map(({ accountId }) => lab.vault.begin(accountId)));
      const missing = () => stops.filter(({ accountId }) => !worker.stopped.has(accountId));
      await eventually(() => missing().length === 0, { withinMs: 120_000 }).catch((cause: unknown) => {
        const points = missing().map(({ page, point }) => `${page}: ${point}`);
        throw new Error(`never reached: ${points.join(', ')}`, { cause });
      });
      // Once its page is stored, a job that stands still does not keep the pages after it from being done.
      const released = stops.filter(({ point }) => STORED.has(point));
      await eventually(
        async () => (await Promise.all(released.map(({ accountId }) => isAtRest(accountId)))).every(Boolean),
        { withinMs: 120_000, what: 'rest of those whose page is stored' },
      );
    },
    rest: async (workers, stops, withinMs = 180_000) => {
      const all = async () => (await Promise.all(stops.map(({ accountId }) => isAtRest(accountId)))).every(Boolean);
      await eventually(async () => (await all()) && (await isQueueEmpty()), { withinMs, everyMs: 250 }).catch(
        () => undefined,
      );
      const events = await readEvents(subscriber);
      const calls = new Map<string, number>();
      for (const { creator, route } of await lab.tiktok.calls('/v2/video/list/')) {
        if (creator !== undefined && route !== '') calls.set(creator, (calls.get(creator) ?? 0) + 1);
      }
      const found: Rest[] = [];
      for (const stop of stops) found.push(await restOf(workers, stop, events, calls));
      return found;
    },
  };
};
