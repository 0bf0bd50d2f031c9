import { CEILINGS, startPipelineLab, type PipelineLab } from '../../pipeline/lab.ts';
import type { Point } from '../job-worker/discover-points.ts';
import { LAST_PAGE, pageJobStage, VIDEOS, type PageJobStage, type Rest } from './page-job-stage.ts';

const PLACES = 1_000;
/** A transaction whose worker died keeps its account to itself for this long; a minute is the default. */
const TRANSACTION_SECONDS = 10;
export const UNDISTURBED_CALLS = LAST_PAGE + 1;

export interface Causes {
  /**
   * A nats-server that is killed forgets what it had handed out since it last wrote that down, and hears no settlement
   * while it is away: it hands a job out again that a living worker is at or could not settle. Then two ask for a page,
   * and the one who comes second to store it has asked in vain.
   */
  readonly mayRepeat: boolean;
}

/** A page job on real servers, and every point at which it waits for something. */
export interface CrashMatrix extends AsyncDisposable {
  readonly lab: PipelineLab;
  readonly stage: PageJobStage;
  readonly points: readonly Point[];
  /**
   * Whatever is not exactly as it would be without the fault, by the point where it struck. Every call beyond an
   * undisturbed walk's has a cause: its page was not stored by the worker that asked, or its job was put off, or, where
   * that may be, the server handed it out again to a worker that lived.
   */
  disturbed(found: readonly Rest[], causes?: Causes): Record<string, unknown>;
}

export const openCrashMatrix = async (): Promise<CrashMatrix> => {
  const places = { maxAckPending: PLACES };
  await using stack = new AsyncDisposableStack();
  const lab = stack.use(
    await startPipelineLab({
      topology: {
        ceilings: { ...CEILINGS, concurrent: 500 },
        consumers: { 'sync-first': places, 'sync-page': places },
      },
    }),
  );
  const parameter = { setParameter: 1, transactionLifetimeLimitSeconds: TRANSACTION_SECONDS };
  await lab.database.client.db('admin').command(parameter);
  const stage = await pageJobStage(lab);
  const points = await stage.discover();

  /** A page whose call was made but whose transaction was not has to be asked for again; no other has. */
  const wasAskedInVain = ({ page, point }: Point): boolean => {
    const ofPage = points.filter((candidate) => candidate.page === page).map((candidate) => candidate.point);
    const place = ofPage.indexOf(point);
    return place >= ofPage.indexOf('after tiktok.listVideos') && place < ofPage.indexOf('after commit');
  };

  const mostCalls = ({ stop, retried, repeated }: Rest, { mayRepeat }: Causes): number =>
    UNDISTURBED_CALLS + (wasAskedInVain(stop) ? 1 : 0) + retried.length + (mayRepeat ? repeated : 0);

  const isRight = ({ state, videos, counted, eventFaults, sync, refresh, calls }: Rest, most: number): boolean =>
    state === 'healthy' &&
    videos === VIDEOS &&
    counted === VIDEOS &&
    eventFaults.length === 0 &&
    sync.jobs === 0 &&
    sync.schedules === 1 &&
    refresh.jobs === 0 &&
    refresh.schedules === 1 &&
    calls >= UNDISTURBED_CALLS &&
    calls <= most;

  const open = stack.move();
  return {
    lab,
    stage,
    points,
    disturbed: (found, causes = { mayRepeat: false }) =>
      Object.fromEntries(
        found
          .filter((rest) => !isRight(rest, mostCalls(rest, causes)))
          .map(({ stop, ...rest }) => [`page ${stop.page}, ${stop.point}`, rest] as const),
      ),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
};
