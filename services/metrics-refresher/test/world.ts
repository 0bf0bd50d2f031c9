import type { Announcement, PlatformError } from '@trendpot/contracts';
import { newAccountId, type AccountState, type Counts, type RefreshJob } from '@trendpot/contracts';
import { secret } from '@trendpot/secrets';
import { makeCallWithToken, type TokenVault } from '@trendpot/worker';
import type { Account } from '../src/domain/account.ts';
import type { Change } from '../src/domain/change.ts';
import type { CallBudget, CallWithToken, DisplayApi, Library, Log, RefreshMeter } from '../src/domain/ports.ts';
import { makeRefreshAccount } from '../src/domain/refresh-account.ts';
import type { StoredVideo } from '../src/domain/video.ts';

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export const videoId = (index: number): string => String(7_000_000_000_000_000_000n + BigInt(index));

/** Far enough away that no picture is wanted. */
const PICTURE = { url: 'https://p16.tiktokcdn.com/a.jpeg', expiresAt: '2027-01-01T00:00:00.000Z' };

/** Everything around the domain, in memory: an account with stored videos, TikTok's answers, a vault. */
export const world = (count: number, options: { batchSize?: number; state?: AccountState } = {}) => {
  const accountId = newAccountId();
  let account: Account & { lastError?: unknown; metricsAt?: Date } = {
    accountId,
    state: options.state ?? 'healthy',
    videos: count,
  };
  const videos = new Map<string, StoredVideo>();
  for (let index = 0; index < count; index += 1) {
    videos.set(videoId(index), {
      videoId: videoId(index),
      counts: { views: 1, shares: 5 },
      absences: 0,
      refreshedAt: new Date(0),
      thumbnail: PICTURE,
    });
  }
  const outbox: { subject: string; body: Record<string, unknown>; schedule?: Announcement['schedule'] }[] = [];
  const now = { value: new Date('2026-11-01T00:00:00Z') };
  const calls: { ids: readonly string[]; fields: string }[] = [];
  const faults: PlatformError[] = [];
  /** Turns that have ended, by whether a permit was refused before. */
  const turns: boolean[] = [];
  const tiktok = {
    hidden: new Set<string>(),
    counts: (_id: string): Counts => ({ views: 100, likes: 3 }),
    thumbnailUrl: undefined as string | undefined,
    /** An answer is on its way until this ends. */
    answers: () => Promise.resolve(),
  };
  const counted = { done: 0, dropped: 0, restored: 0, refreshed: 0, removed: 0 };
  const budget = { perDay: 5000, usedInDay: 0, dayMs: 86_400_000, callsOfAllRounds: 1 };
  const hooks = { beforeCommit: () => undefined as void };
  let sequence = 0;

  const sorted = () => [...videos.values()].sort((left, right) => (left.videoId < right.videoId ? -1 : 1));
  const apply = (change: Change): void => {
    const { state, round, metricsAt, lastError } = change.account;
    account = {
      ...account,
      ...(state === undefined ? {} : { state }),
      ...(round === undefined ? {} : { round }),
      ...(metricsAt === undefined ? {} : { metricsAt }),
      ...(lastError === undefined ? {} : { lastError }),
    };
    for (const refreshed of change.videos) {
      const stored = videos.get(refreshed.videoId);
      if (stored === undefined) continue;
      if (refreshed.kind === 'gone') {
        videos.delete(refreshed.videoId);
        account = { ...account, videos: account.videos - 1 };
      } else if (refreshed.kind === 'absent') {
        const { absences, since: absentSince } = refreshed;
        videos.set(stored.videoId, { ...stored, absences, absentSince });
      } else {
        const { thumbnail = stored.thumbnail } = refreshed;
        const picture = thumbnail === undefined ? {} : { thumbnail };
        const { counts } = refreshed;
        const { absentSince: _before, ...kept } = stored;
        videos.set(stored.videoId, {
          ...kept,
          counts,
          ...picture,
          absences: 0,
          refreshedAt: change.refreshedAt ?? change.at,
        });
      }
    }
    for (const { subject, build, schedule } of change.announce) {
      sequence += 1;
      const body = build(sequence, `msg_${String(sequence).padStart(8, '0')}`) as Record<string, unknown>;
      outbox.push({ subject, body, ...(schedule === undefined ? {} : { schedule }) });
    }
  };
  const library: Library = {
    account: (id) => Promise.resolve(id === accountId ? account : undefined),
    videosAfter: (_id, after, limit) =>
      Promise.resolve(
        sorted()
          .filter((video) => after === undefined || video.videoId > after)
          .slice(0, limit),
      ),
    async change({ videoIds = [] }, decide) {
      await Promise.resolve();
      const change = decide({ account, videos: sorted().filter((video) => videoIds.includes(video.videoId)) });
      hooks.beforeCommit();
      if (change !== undefined) apply(change);
      return change;
    },
  };
  const vault: TokenVault = {
    lease: ({ rejectedGeneration = 0 }) =>
      Promise.resolve({ token: secret('act.x'), generation: rejectedGeneration + 1, expiresAt: new Date(8e12) }),
  };
  const display: DisplayApi = {
    query: async (_lease, { videoIds, fields }) => {
      const fault = faults.shift();
      calls.push({ ids: videoIds, fields });
      if (fault !== undefined) throw fault;
      const { thumbnailUrl } = tiktok;
      const askedAt = now.value;
      const found = videoIds
        .filter((id) => !tiktok.hidden.has(id))
        .map((id) => ({
          videoId: id,
          counts: tiktok.counts(id),
          ...(thumbnailUrl === undefined ? {} : { thumbnailUrl }),
        }));
      await tiktok.answers();
      return { askedAt, videos: found };
    },
  };
  const meter: RefreshMeter = {
    jobDone: () => void (counted.done += 1),
    jobDropped: () => void (counted.dropped += 1),
    jobRestored: () => void (counted.restored += 1),
    videosRefreshed: (number) => void (counted.refreshed += number),
    videosRemoved: (number) => void (counted.removed += number),
  };
  const callBudget: CallBudget = { today: () => Promise.resolve(budget) };
  const intervalMs = 900_000;
  const batchSize = options.batchSize ?? 20;
  const clock = () => now.value;
  const withToken = makeCallWithToken({
    vault,
    permits: { turn: (_kind, { wasRefused }) => Promise.resolve({ end: () => void turns.push(wasRefused) }) },
  });
  const callWithToken: CallWithToken = (use, call) =>
    withToken({ ...use, operation: 'video.data', kind: 'background', patient: true }, call);
  const ports = {
    library,
    display,
    callWithToken,
    budget: callBudget,
    intervalMs,
    batchSize,
    clock,
    log: silent,
    meter,
  };
  const refresh = makeRefreshAccount(ports);

  const firstJob = (changes: Partial<RefreshJob> = {}): RefreshJob => ({
    version: 1,
    jobId: 'job_00000001',
    requestId: 'req_00000001',
    accountId,
    attempt: 1,
    queuedAt: now.value.toISOString(),
    ...changes,
  });
  const jobs = (): RefreshJob[] =>
    outbox.filter(({ subject }) => subject.startsWith('tiktok.jobs.')).map(({ body }) => body as RefreshJob);
  const schedules = () =>
    outbox.flatMap(({ body, schedule }) =>
      schedule === undefined ? [] : [{ at: schedule.at, job: body as RefreshJob }],
    );
  const events = () => outbox.filter(({ subject }) => subject.endsWith('.update')).map(({ body }) => body);
  /** Runs a job and every batch that follows it. */
  const round = async (job: RefreshJob): Promise<void> => {
    const queued = jobs().length;
    await refresh(job);
    for (let next = queued; next < jobs().length; next += 1) await refresh(jobs()[next] as RefreshJob);
  };
  /** Runs the round that is due, at its time. */
  const nextRound = async (): Promise<void> => {
    const due = schedules().at(-1);
    if (due === undefined) throw new Error('nothing is scheduled');
    now.value = due.at;
    await round(due.job);
  };
  const state = (next: AccountState): void => {
    account = { ...account, state: next };
  };
  /** What the vault writes when the creator gives a grant. */
  const connect = (generation: number): void => {
    account = { ...account, state: 'connected', generation };
  };
  return {
    accountId,
    videos,
    outbox,
    calls,
    faults,
    turns,
    tiktok,
    counted,
    budget,
    hooks,
    ports,
    now,
    refresh,
    firstJob,
    jobs,
    schedules,
    events,
    round,
    nextRound,
    state,
    connect,
    account: () => account,
  };
};
