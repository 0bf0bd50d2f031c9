import { eventually } from '@trendpot/testing';
import type { PipelineLab } from '../../pipeline/lab.ts';
import { runBare } from './bare-process.ts';
import { startPageWorker } from './page-worker.ts';

export interface PagesRun {
  readonly latencyMs: number;
  readonly creators: number;
  readonly atOnce: number;
}

export interface PagesResult extends PagesRun {
  readonly pages: number;
  readonly pagesPerSecond: number;
  readonly barePagesPerSecond: number;
  readonly ratio: number;
  /** A page job but for the time TikTok takes: token, permit, wire, sanitizer, transaction. */
  readonly overheadP50Ms: number;
  readonly overheadP99Ms: number;
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** So many libraries through ingestion, then through a bare script, on the same servers. */
export const measurePages = async (lab: PipelineLab, run: PagesRun, videos: number): Promise<PagesResult> => {
  const { latencyMs, creators, atOnce } = run;
  const { accounts } = lab.database.collections;
  await lab.tiktok.knobs({ latencyMs });
  const handles = await Promise.all(Array.from({ length: creators }, () => lab.creator(videos)));
  const accountIds = await Promise.all(handles.map((handle) => lab.vault.connectWithoutJob(handle)));
  const environment = lab.environmentOf('ingestion');
  const worker = await startPageWorker({ ...environment, TIKTOK_MAX_CONCURRENT_CALLS: String(atOnce) });

  const began = performance.now();
  await Promise.all(accountIds.map((accountId) => lab.vault.begin(accountId)));
  const filter = { _id: { $in: accountIds }, state: 'healthy' as const };
  const isDone = async () => (await accounts.countDocuments(filter)) === creators;
  await eventually(isDone, { withinMs: 600_000, everyMs: 100, what: 'every library' });
  const seconds = (performance.now() - began) / 1000;
  await worker[Symbol.asyncDispose]();

  const collection = `videos${Math.round(began)}`;
  const bare = await runBare({ tiktok: lab.tiktok.url, mongoUri: lab.mongoUri, collection, creators: handles, atOnce });
  const overheads = worker.done.map(({ tookMs }) => tookMs - latencyMs).sort((left, right) => left - right);
  const pages = worker.done.length;
  const pagesPerSecond = pages / seconds;
  const barePagesPerSecond = bare.pages / bare.seconds;
  return {
    ...run,
    pages,
    pagesPerSecond,
    barePagesPerSecond,
    ratio: pagesPerSecond / barePagesPerSecond,
    overheadP50Ms: quantile(overheads, 0.5),
    overheadP99Ms: quantile(overheads, 0.99),
  };
};
