import type { AccountState, Announcement, SyncJob } from '@trendpot/contracts';
import type { Account, Progress } from '../src/domain/account.ts';
import type { Change } from '../src/domain/change.ts';
import type { Library } from '../src/domain/ports.ts';
import type { StoredVideo } from '../src/domain/video.ts';

interface Kept {
  state: AccountState;
  generation?: number;
  sync: Progress;
  lastError?: { readonly code: string; readonly at: Date } | undefined;
}

export interface MemoryLibrary extends Library {
  readonly accounts: Map<string, Kept>;
  readonly videos: Map<string, StoredVideo>;
  /** Every announcement of a stored change, in order, built. */
  readonly outbox: { readonly subject: string; readonly body: unknown; readonly schedule?: Announcement['schedule'] }[];
  connect(accountId: string, sync?: Partial<Progress>, state?: AccountState): void;
  events(): Record<string, unknown>[];
  jobs(): SyncJob[];
  schedules(prefix: string): { readonly at: Date; readonly job: SyncJob }[];
  /** Called between what a change is decided on and its being stored. */
  beforeCommit: () => void;
}

/** What MongoDB does for the domain, without MongoDB: one change at a time, all or nothing. */
export const memoryLibrary = (): MemoryLibrary => {
  const accounts = new Map<string, Kept>();
  const videos = new Map<string, StoredVideo>();
  const outbox: MemoryLibrary['outbox'] = [];
  let sequence = 0;

  const accountOf = (accountId: string): Account | undefined => {
    const kept = accounts.get(accountId);
    if (kept === undefined) return undefined;
    const { state, sync, generation } = kept;
    return { accountId, state, sync, ...(generation === undefined ? {} : { generation }) };
  };
  const apply = (accountId: string, change: Change): void => {
    const kept = accounts.get(accountId);
    if (kept === undefined) throw new Error(`no account ${accountId}`);
    if (change.account.state !== undefined) kept.state = change.account.state;
    const merged = { ...kept.sync, ...change.account.sync };
    kept.sync = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)) as unknown as Progress;
    if (change.account.lastError !== undefined) kept.lastError = change.account.lastError ?? undefined;
    for (const stored of change.put) videos.set(stored.video.id, stored);
    for (const { subject, build, schedule } of change.announce) {
      sequence += 1;
      const body = build(sequence, `msg_${String(sequence).padStart(8, '0')}`);
      outbox.push({ subject, body, ...(schedule === undefined ? {} : { schedule }) });
    }
  };

  const library: MemoryLibrary = {
    accounts,
    videos,
    outbox,
    beforeCommit: () => undefined,
    connect: (accountId, sync = {}, state = 'connected') =>
      void accounts.set(accountId, { state, sync: { pages: 0, videos: 0, complete: false, ...sync } }),
    events: () =>
      outbox.filter(({ subject }) => subject.endsWith('.update')).map(({ body }) => body as Record<string, unknown>),
    jobs: () => outbox.filter(({ subject }) => subject.startsWith('tiktok.jobs.')).map(({ body }) => body as SyncJob),
    schedules: (prefix) =>
      outbox.flatMap(({ subject, body, schedule }) =>
        schedule !== undefined && subject.startsWith(prefix) ? [{ at: schedule.at, job: body as SyncJob }] : [],
      ),
    account: (accountId) => Promise.resolve(accountOf(accountId)),
    video: (videoId) => Promise.resolve(videos.get(videoId)),
    async change({ accountId, videoIds = [], recount = false }, decide) {
      await Promise.resolve();
      const known = new Map([...videos].filter(([id]) => videoIds.includes(id)));
      const owners = [...known.values()].map((stored) => stored.accountId);
      const departed = new Set(owners.filter((id) => accounts.get(id)?.state === 'revoked'));
      const account = accountOf(accountId);
      const own = [...videos.values()].filter((stored) => stored.accountId === accountId).length;
      const storedVideos = recount ? own : (account?.sync.videos ?? 0);
      const change = decide({ account, known, departed, storedVideos });
      library.beforeCommit();
      if (change !== undefined) apply(accountId, change);
      return change;
    },
  };
  return library;
};
