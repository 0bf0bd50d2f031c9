import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '@trendpot/testing';
import type { PipelineLab } from '../../pipeline/lab.ts';
import { bareWalk } from './bare.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

interface PageDone {
  readonly tookMs: number;
  readonly callMs: number;
}

export interface PagesResult {
  readonly latencyMs: number;
  readonly creators: number;
  readonly atOnce: number;
  readonly pages: number;
  readonly pagesPerSecond: number;
  readonly barePagesPerSecond: number;
  readonly ratio: number;
  /** A page job but for TikTok's answer: token, permit, sanitizer, transaction. */
  readonly overheadP50Ms: number;
  readonly overheadP99Ms: number;
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

const startWorker = async (environment: NodeJS.ProcessEnv) => {
  const done: PageDone[] = [];
  const child = fork(WORKER, {
    execArgv: ['--conditions=@trendpot/source'],
    env: { PATH: process.env['PATH'], ...environment },
  });
  const ready = Promise.withResolvers<void>();
  child.on('message', (message: { kind: string } & PageDone) => {
    if (message.kind === 'ready') ready.resolve();
    else done.push(message);
  });
  await ready.promise;
  return {
    done,
    stop: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};

/** The same libraries through ingestion and through a bare script, one after the other, on the same servers. */
export const measurePages = async (
  lab: PipelineLab,
  options: { readonly latencyMs: number; readonly creators: number; readonly videos: number; readonly atOnce: number },
): Promise<PagesResult> => {
  const { latencyMs, creators, videos, atOnce } = options;
  const { collections, client } = lab.database;
  await lab.tiktok.knobs({ latencyMs });
  const handles = await Promise.all(Array.from({ length: creators }, () => lab.creator(videos)));
  const accounts = await Promise.all(handles.map((handle) => lab.vault.connectWithoutJob(handle)));
  const worker = await startWorker({
    ...(await lab.environmentOf('ingestion')),
    TIKTOK_MAX_CONCURRENT_CALLS: String(atOnce),
  });

  const began = performance.now();
  await Promise.all(accounts.map((accountId) => lab.vault.begin(accountId)));
  const filter = { _id: { $in: accounts }, state: 'healthy' as const };
  const isDone = async () => (await collections.accounts.countDocuments(filter)) === creators;
  await eventually(isDone, { withinMs: 600_000, everyMs: 50, what: 'every library' });
  const seconds = (performance.now() - began) / 1000;
  await worker.stop();

  const bareVideos = client.db('bare').collection<{ _id: string }>(`videos${began}`);
  const bare = await bareWalk({ tiktok: lab.tiktok.url, creators: handles, videos: bareVideos, atOnce });
  const overheads = worker.done.map(({ tookMs, callMs }) => tookMs - callMs).sort((left, right) => left - right);
  const pagesPerSecond = worker.done.length / seconds;
  const barePagesPerSecond = bare.pages / bare.seconds;
  return {
    latencyMs,
    creators,
    atOnce,
    pages: worker.done.length,
    pagesPerSecond,
    barePagesPerSecond,
    ratio: pagesPerSecond / barePagesPerSecond,
    overheadP50Ms: quantile(overheads, 0.5),
    overheadP99Ms: quantile(overheads, 0.99),
  };
};
