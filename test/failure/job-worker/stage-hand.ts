import { PlatformError, type DeadLetter } from '@trendpot/contracts';
import type { Job, JobFailurePolicy, Messaging } from '@trendpot/messaging';
import { jobAtWork, makePoints } from '../../pipeline/points.ts';
import type { FromWorker, PlannedFault, Stop, ToWorker } from './messages.ts';

type Publish = Messaging['jetstream']['publish'];

/** What settles a failed job, by how its message id begins. */
const SETTLEMENTS: Readonly<Record<string, string>> = { retry: 'retry', failed: 'letter', requeue: 'requeue' };

/** What of a job's work cannot be taken back once it was done. */
const IRREVOCABLE = [
  'vault.lease',
  'permits.withPermit',
  'tiktok.listVideos',
  'tiktok.queryVideos',
  'sanitizer.sanitize',
];

const tell = (message: FromWorker): void => void process.send?.(message);

/**
 * Stands beside the jobs of a worker process and does what its parent says: lets a job stand still at a named point of
 * its work or of its settlement, and lets its calls fail.
 */
export const stageHand = () => {
  const stops = new Map<string, Stop>();
  const faults = new Map<string, { code: PlannedFault['code']; left: number }>();
  for (const { accountId, code, times } of JSON.parse(process.env['FAULTS'] ?? '[]') as PlannedFault[]) {
    faults.set(accountId, { code, left: times });
  }
  const thaw = Promise.withResolvers<void>();
  const shutDown = Promise.withResolvers<void>();
  /** Deliveries at work, by account and page. */
  const atWork = new Map<string, number>();
  const begun = new Set<string>();
  let records = false;

  const stand = async (accountId: string, page: number, point: string): Promise<void> => {
    if (records) tell({ kind: 'point', accountId, page, point });
    const stop = stops.get(accountId);
    if (stop?.page !== page || stop.point !== point) return;
    stops.delete(accountId);
    tell({ kind: 'stopped', accountId });
    await thaw.promise;
  };
  const points = makePoints(({ accountId, page }, point) => stand(accountId, page, point), IRREVOCABLE);

  const publishWithPoints =
    (publish: Publish): Publish =>
    async (subject, payload, options) => {
      const settlement = SETTLEMENTS[options?.msgID?.split('-', 1)[0] ?? ''];
      if (settlement === undefined) return publish(subject, payload, options);
      const accountId = subject.split('.').at(-1) ?? '';
      await stand(accountId, 0, settlement);
      const stored = await publish(subject, payload, options);
      await stand(accountId, 0, `after ${settlement}`);
      return stored;
    };

  // A parent that died cannot end what it began.
  process.on('disconnect', () => process.exit(1));
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'record') records = true;
    if (message.kind === 'stops') for (const stop of message.stops) stops.set(stop.accountId, stop);
    if (message.kind === 'thaw') thaw.resolve();
    if (message.kind === 'shut-down') shutDown.resolve();
    tell({ kind: 'heard' });
  });

  return {
    points,
    /** For those who settle jobs. */
    messaging: (messaging: Messaging): Messaging => {
      const publish = publishWithPoints((...values) => messaging.jetstream.publish(...values));
      const jetstream = Object.create(messaging.jetstream, { publish: { value: publish } }) as Messaging['jetstream'];
      return { ...messaging, jetstream };
    },
    policy: <J extends Job>(policy: JobFailurePolicy<J>): JobFailurePolicy<J> => ({
      ...policy,
      onFailed: async (letter: DeadLetter, job: J | undefined) => {
        await policy.onFailed(letter, job);
        await stand(letter.accountId, 0, 'after onFailed');
      },
      onRetry: (job, error, at) => {
        tell({ kind: 'retried', accountId: job.accountId, code: error.code });
        policy.onRetry?.(job, error, at);
      },
    }),
    work: async ({ accountId, jobId, attempt }: Job, page: number, work: () => Promise<void>): Promise<void> => {
      const name = `${accountId} ${page}`;
      const others = atWork.get(name) ?? 0;
      if (others > 0 || begun.has(`${jobId} ${attempt}`)) tell({ kind: 'repeated', accountId });
      begun.add(`${jobId} ${attempt}`);
      atWork.set(name, others + 1);
      try {
        await jobAtWork.run({ accountId, page, passed: new Map() }, async () => {
          await points.at('begin');
          await work();
          await points.at('end');
        });
      } finally {
        atWork.set(name, (atWork.get(name) ?? 1) - 1);
      }
    },
    /** @throws PlatformError what was planned for the job at work, instead of a call. */
    playFault: (): void => {
      const fault = faults.get(jobAtWork.getStore()?.accountId ?? '');
      if (fault === undefined || fault.left === 0) return;
      fault.left -= 1;
      throw new PlatformError(fault.code, 'a fault on purpose');
    },
    shutDown: shutDown.promise,
    ready: () => tell({ kind: 'ready' }),
  };
};
