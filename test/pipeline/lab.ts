import { SanitizeRequest, STREAM, SUBJECT, type PlatformEvent } from '@trendpot/contracts';
import type { Knobs } from '@trendpot/fake-tiktok';
import { respond, type TopologySettings } from '@trendpot/messaging';
import { connectOwners, eventually, type Owners } from '@trendpot/testing';
import { makeSanitizeEmbeds } from '../../services/embed-sanitizer/src/domain/sanitize-embeds.ts';
import { startBacking, type Backing } from './backing.ts';
import { readEvents } from './read-events.ts';
import { startStandInVault, type StandInVault } from './stand-in-vault.ts';

/** Everything around ingestion and metrics-refresher, real but for the vault; the two themselves come from the test. */
export interface PipelineLab extends Backing, Owners {
  readonly vault: StandInVault;
  /** A creator of the fake TikTok with so many videos; returns the handle. */
  creator(videos: number, handle?: string): Promise<string>;
  untilState(accountId: string, state: string, withinMs?: number): Promise<void>;
  /** Everything in the event stream about an account, as it lies there. */
  eventsOf(accountId: string): Promise<PlatformEvent[]>;
  /** How many jobs and how many schedules of an account a work queue holds. */
  workOf(stream: 'TIKTOK_SYNC' | 'TIKTOK_REFRESH', accountId: string): Promise<{ jobs: number; schedules: number }>;
}

export const CEILINGS = {
  perMinute: 100_000,
  backgroundPerMinute: 90_000,
  perDay: 1_000_000,
  concurrent: 5,
} as const;

export const startPipelineLab = async (
  options: { knobs?: Partial<Knobs>; topology?: TopologySettings } = {},
): Promise<PipelineLab> => {
  await using stack = new AsyncDisposableStack();
  const backing = stack.use(await startBacking(options.knobs));
  const [owners, vaultUser, sanitizerUser, subscriber] = await Promise.all([
    connectOwners(backing, { ceilings: CEILINGS, ...options.topology }),
    backing.connect('token-vault'),
    backing.connect('embed-sanitizer'),
    backing.connect('subscriber'),
  ]);
  const { database, tiktok } = backing;
  const vault = stack.use(await startStandInVault({ messaging: vaultUser, database, tiktok }));
  const sanitizeEmbeds = makeSanitizeEmbeds({
    report: { judged: () => undefined },
    clock: () => new Date(),
    extraThumbnailHosts: new Set(),
  });
  const sanitizer = respond(sanitizerUser, {
    subject: SUBJECT.embedsSanitize,
    queue: 'embed-sanitizer',
    schema: SanitizeRequest,
    maxBytes: 1_048_576,
    handler: async (request) => sanitizeEmbeds(request),
  });
  stack.defer(() => sanitizer.stop());
  const { collections } = database;
  let creators = 0;

  const eventsOf = async (accountId: string): Promise<PlatformEvent[]> =>
    (await readEvents(subscriber)).filter(({ data }) => data.accountId === accountId);
  const workOf: PipelineLab['workOf'] = async (stream, accountId) => {
    const user = stream === STREAM.sync ? owners.ingestion : owners.refresher;
    const { state } = await user.manager.streams.info(stream, { subjects_filter: '>' });
    const subjects = Object.keys(state.subjects ?? {}).filter((subject) => subject.endsWith(accountId));
    const schedules = subjects.filter((subject) => subject.startsWith('tiktok.schedules.')).length;
    const jobs = subjects
      .filter((subject) => subject.startsWith('tiktok.jobs.'))
      .reduce((total, subject) => total + (state.subjects?.[subject] ?? 0), 0);
    return { jobs, schedules };
  };
  const open = stack.move();
  return {
    ...backing,
    ...owners,
    vault,
    creator: async (videos, handle = `creator${(creators += 1)}`) => {
      await tiktok.post('/creators', { handle, videos });
      return handle;
    },
    untilState: async (accountId, state, withinMs = 30_000) => {
      const ask = async () => (await collections.accounts.findOne({ _id: accountId }))?.state === state;
      await eventually(ask, { withinMs, what: `${accountId} becoming ${state}` });
    },
    eventsOf,
    workOf,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
};
