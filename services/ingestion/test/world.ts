import type { EmbedVerdict, PlatformError, SyncJob, UntrustedEmbed } from '@trendpot/contracts';
import { secret } from '@trendpot/secrets';
import { advance, fromLiveCursor, toLiveCursor, withoutRepeated } from '@trendpot/tiktok';
import { makeCallWithToken, type TokenVault } from '@trendpot/worker';
import type { CallOptions, DisplayApi, IngestionMeter, Log } from '../src/domain/ports.ts';
import { makeSanitizeVideos } from '../src/domain/sanitize-videos.ts';
import { makeSyncPage } from '../src/domain/sync-page.ts';
import type { ListedVideo } from '../src/domain/video.ts';
import { memoryLibrary } from './memory-library.ts';

export interface Posted {
  readonly id: string;
  /** Unix seconds. */
  readonly second: number;
}

/** A library of so many videos, newest first; `same` of them share a second with their neighbour. */
export const posts = (count: number, same: (index: number) => boolean = () => false): Posted[] => {
  const list: Posted[] = [];
  let second = 1_790_000_000;
  for (let index = 0; index < count; index += 1) {
    if (!same(index)) second -= 60;
    list.push({ id: (7_000_000_000_000_000_000n + BigInt(count - index)).toString(), second });
  }
  return list;
};

const listed = ({ id, second }: Posted): ListedVideo => ({
  videoId: id,
  createdAt: new Date(second * 1000),
  caption: `video ${id}`,
  counts: { views: 10, likes: 1 },
});

interface Answer {
  readonly videos: readonly ListedVideo[];
  readonly hasMore: boolean;
  readonly cursor: number;
}

/** There is always more, and it is never there: each page is empty, its cursor a millisecond lower. */
export const crawling = (cursor: number | undefined): Answer => ({
  videos: [],
  hasMore: true,
  cursor: (cursor ?? 1_790_000_000_000) - 1,
});

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const safe = ({ videoId, caption = '' }: UntrustedEmbed): EmbedVerdict => {
  const playerUrl = `https://www.tiktok.com/player/v1/${videoId}`;
  return {
    videoId,
    verdict: 'safe',
    embed: { videoId, html: `<iframe src="${playerUrl}"></iframe>`, playerUrl },
    shareUrl: `https://www.tiktok.com/@u/video/${videoId}`,
    caption,
  };
};

/** Everything around the domain, in memory: one creator's library at TikTok, a vault, a sanitizer, a store. */
export const world = (library: Posted[], options: { pageSize?: number } = {}) => {
  const pageSize = options.pageSize ?? 20;
  // Its weekly full walk is due on Thursday, and the first day is a Sunday.
  const accountId = 'acc_00000000000000000000';
  const store = memoryLibrary();
  store.connect(accountId);
  const now = { value: new Date('2026-11-01T00:00:00Z') };
  const calls: { endpoint: string; kind: string; cursor?: number; ids?: readonly string[] }[] = [];
  const leases: { operation: string; rejectedGeneration?: number }[] = [];
  const faults: (PlatformError | undefined)[] = [];
  const verdicts = { of: safe };
  const counted = { done: 0, dropped: 0, restored: 0, stored: 0, embed: 0, foreign: 0 };

  const vault: TokenVault = {
    lease: (request) => {
      leases.push(request);
      const generation = (request.rejectedGeneration ?? 0) + 1;
      return Promise.resolve({ token: secret(`act.${generation}`), generation, expiresAt: new Date(8e12) });
    },
  };
  const call = async (
    endpoint: string,
    { kind }: CallOptions,
    more: { cursor?: number; ids?: readonly string[] } = {},
  ): Promise<void> => {
    const fault = faults.shift();
    if (fault?.code.startsWith('E_PERMIT') !== true) {
      calls.push({ endpoint, kind, ...more });
    }
    if (fault !== undefined) throw fault;
  };
  const pageOf = (cursor: number | undefined, maxCount: number): Answer => {
    const older = library.filter(({ second }) => cursor === undefined || second * 1000 < cursor);
    const videos = older.slice(0, maxCount).map(listed);
    const last = older[Math.min(maxCount, older.length) - 1];
    return { videos, hasMore: older.length > maxCount, cursor: last === undefined ? 0 : last.second * 1000 };
  };
  /** What TikTok answers to a list call; a test may put something odd in its place. */
  const pages = { of: pageOf };
  const timed = (videos: readonly ListedVideo[]) =>
    videos.map((video) => ({ ...video, createTime: (video.createdAt?.getTime() ?? 0) / 1000 }));

  const display: DisplayApi = {
    list: async (_lease, { maxCount, ...position }, how) => {
      const { cursor } = position;
      await call('list', how, cursor === undefined ? {} : { cursor });
      const { videos, ...answer } = pages.of(cursor, maxCount);
      const step = advance(position, { ...answer, videos: timed(videos) });
      return {
        videos,
        ...(step.kind === 'next' ? { next: step.position } : {}),
        ...(step.kind === 'stuck' ? { stuck: step.reason } : {}),
      };
    },
    livePage: async (_lease, { cursor, maxCount }, how) => {
      const position = fromLiveCursor(cursor);
      await call('list', how, position);
      const { videos, ...answer } = pages.of(position.cursor, maxCount);
      const step = advance(position, { ...answer, videos: timed(videos) });
      const fresh = withoutRepeated(position, timed(videos));
      return { videos: fresh, ...(step.kind === 'next' ? { next: { cursor: toLiveCursor(step.position) } } : {}) };
    },
    query: async (_lease, ids, how) => {
      await call('query', how, { ids });
      return library.filter(({ id }) => ids.includes(id)).map(listed);
    },
    profile: async (_lease, how) => {
      await call('profile', how);
      return { displayName: 'A Creator' };
    },
  };
  const permits = { turn: () => Promise.resolve({ end: () => undefined }) };
  const meter: IngestionMeter = {
    jobDone: () => void (counted.done += 1),
    jobDropped: () => void (counted.dropped += 1),
    jobRestored: () => void (counted.restored += 1),
    videosStored: (count) => void (counted.stored += count),
    videosRefused: (reason, count) => void (counted[reason] += count),
  };
  const sanitizer = {
    sanitize: (_requestId: string, embeds: readonly UntrustedEmbed[]) =>
      Promise.resolve(embeds.map((e) => verdicts.of(e))),
  };
  const ports = {
    library: store,
    display,
    callWithToken: makeCallWithToken({ vault, permits }),
    sanitizeVideos: makeSanitizeVideos(sanitizer),
    clock: () => now.value,
    log: silent,
    meter,
    pageSize,
  };
  const intervals = { syncMs: 3_600_000, refreshMs: 900_000 };
  const syncPage = makeSyncPage({ ...ports, intervals });
  const firstJob = (changes: Partial<SyncJob> = {}): SyncJob => ({
    version: 1,
    jobId: 'job_00000001',
    requestId: 'req_00000001',
    accountId,
    mode: 'full',
    lane: 'first',
    walkId: 'walk_0001',
    page: 0,
    attempt: 1,
    queuedAt: now.value.toISOString(),
    ...changes,
  });
  /** Runs a job and every page job that follows it. */
  const walk = async (job: SyncJob): Promise<void> => {
    const queued = store.jobs().length;
    await syncPage(job);
    for (let next = queued; next < store.jobs().length; next += 1) await syncPage(store.jobs()[next] as SyncJob);
  };
  const tick = (milliseconds: number): void => {
    now.value = new Date(now.value.getTime() + milliseconds);
  };
  return {
    accountId,
    store,
    calls,
    leases,
    faults,
    verdicts,
    pages,
    counted,
    ports,
    intervals,
    syncPage,
    firstJob,
    walk,
    tick,
    library,
  };
};
