import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccountId, CONSUMER, STREAM, type ErrorCode } from '@trendpot/contracts';
import { listDeadLetters, redriveDeadLetter } from '@trendpot/messaging';
import { eventually } from '@trendpot/testing';
import { CEILINGS, startPipelineLab, type PipelineLab } from '../pipeline/lab.ts';
import { handOutAgain } from './job-worker/hand-out-again.ts';
import type { PlannedFault, Stop } from './job-worker/messages.ts';
import { startWorker, type WorkerProcess } from './job-worker/worker-process.ts';
import { pageJobStage, VIDEOS as VIDEOS_OF_PAGES } from './page-job/page-job-stage.ts';
import { refreshJobStage, VIDEOS as VIDEOS_OF_ROUND } from './refresh-job/refresh-job-stage.ts';

type Queue = 'sync' | 'refresh';
const QUEUES: readonly Queue[] = ['sync', 'refresh'];

/** Where a job can be stopped between its failure and its acknowledgement, and what made it fail. */
const SETTLEMENTS: readonly { readonly point: string; readonly code?: ErrorCode }[] = [
  { point: 'retry', code: 'E_TIKTOK_UNAVAILABLE' },
  { point: 'after retry', code: 'E_TIKTOK_UNAVAILABLE' },
  { point: 'letter', code: 'E_TIKTOK_REQUEST_REJECTED' },
  { point: 'after letter', code: 'E_TIKTOK_REQUEST_REJECTED' },
  { point: 'after onFailed', code: 'E_TIKTOK_REQUEST_REJECTED' },
  { point: 'requeue' },
  { point: 'after requeue' },
];

interface Cast extends Stop {
  readonly queue: Queue;
  readonly code: ErrorCode | undefined;
}

let lab: PipelineLab;
let cast: Cast[];
let successors: WorkerProcess[];
let onDuty: Server;
const notices: { readonly accountId: string; readonly code: string }[] = [];
let pages: Awaited<ReturnType<typeof pageJobStage>>;
let rounds: Awaited<ReturnType<typeof refreshJobStage>>;

const castOf = (queue: Queue): Cast[] => cast.filter((one) => one.queue === queue);
const isGivenUp = ({ code }: Cast): boolean => code === 'E_TIKTOK_REQUEST_REJECTED';
const lettersOf = (accountId: string) => listDeadLetters(lab.gateway, { accountId: AccountId.parse(accountId) });

/** The workers of both queues with the faults planned for these accounts; operations are told at an address that refuses. */
const startWorkers = (faulty: readonly Cast[]): Promise<WorkerProcess[]> => {
  const faults = faulty.flatMap(({ accountId, code }): PlannedFault[] =>
    code === undefined ? [] : [{ accountId, code, times: 1 }],
  );
  const webhook = `http://127.0.0.1:${(onDuty.address() as AddressInfo).port}/`;
  const more = { FAULTS: JSON.stringify(faults), TRENDPOT_OPERATIONS_WEBHOOK_URL: webhook };
  return Promise.all([
    startWorker('sync', { ...pages.environment, ...more }),
    startWorker('refresh', { ...rounds.environment, ...more }),
  ]);
};

/** Begins the job of each; a job without a fault is left waiting for TikTok, to be cut short. */
const begin = async ({ queue, accountId, code }: Cast): Promise<void> => {
  const route = queue === 'sync' ? '/v2/video/list/' : '/v2/video/data/';
  if (code === undefined) await lab.tiktok.post('/hold-next', { route, id: accountId });
  await (queue === 'sync' ? lab.vault.begin(accountId) : rounds.begin(accountId));
  if (code === undefined) await lab.tiktok.get(`/held/${accountId}?withinMs=20000`);
};

beforeAll(async () => {
  onDuty = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => void parts.push(part));
    request.on('end', () => {
      notices.push(JSON.parse(Buffer.concat(parts).toString()) as (typeof notices)[number]);
      response.writeHead(500).end();
    });
  }).listen(0, '127.0.0.1');
  const places = { maxAckPending: 1_000 };
  const consumers = { 'sync-first': places, 'sync-page': places, refresh: places };
  lab = await startPipelineLab({ topology: { ceilings: { ...CEILINGS, concurrent: 500 }, consumers } });
  pages = await pageJobStage(lab);
  rounds = await refreshJobStage(lab);
  cast = await Promise.all(
    QUEUES.flatMap((queue) =>
      SETTLEMENTS.map(async ({ point, code }): Promise<Cast> => {
        const accountId = await (queue === 'sync' ? pages.newAccount() : rounds.newAccount());
        return { queue, point, code, page: 0, accountId };
      }),
    ),
  );

  const doomed = await startWorkers(cast);
  for (const worker of doomed) await worker.stopAt(cast);
  for (const one of cast.filter(({ code }) => code !== undefined)) await begin(one);
  for (const one of cast.filter(({ code }) => code === undefined)) await begin(one);
  await Promise.all(doomed.map((worker) => worker.shutDown()));
  const missing = () => cast.filter(({ accountId }) => !doomed.some(({ stopped }) => stopped.has(accountId)));
  await eventually(() => missing().length === 0, { withinMs: 30_000 }).catch((cause: unknown) => {
    throw new Error(
      `never reached: ${missing()
        .map(({ queue, point }) => `${queue} ${point}`)
        .join(', ')}`,
      { cause },
    );
  });
  await Promise.all(doomed.map((worker) => worker.kill()));
  await Promise.all([
    handOutAgain(lab.ingestion, STREAM.sync, CONSUMER.syncFirst),
    handOutAgain(lab.refresher, STREAM.refresh, CONSUMER.refresh),
  ]);
  // The job fails again when it comes again; a round that has gone on without its batch leaves nothing to come.
  const isOver = ({ queue, point }: Cast) => queue === 'refresh' && point === 'after onFailed';
  successors = await startWorkers(cast.filter((one) => isGivenUp(one) && !isOver(one)));
}, 180_000);

afterAll(async () => {
  await Promise.all((successors ?? []).map((worker) => worker[Symbol.asyncDispose]()));
  await lab?.[Symbol.asyncDispose]();
  onDuty.close();
}, 60_000);

const isAtRest = async ({ queue, accountId }: Cast): Promise<boolean> => {
  if (queue === 'refresh') return rounds.isAtRest(accountId);
  const { jobs, schedules } = await lab.workOf(STREAM.sync, accountId);
  return jobs === 0 && schedules === 1 && (await lab.database.collections.outbox.findOne({ accountId })) === null;
};

/** Numbers from 1 without gaps, repetitions apart. */
const areEventsWhole = async (accountId: string): Promise<boolean> => {
  const events = new Map((await lab.eventsOf(accountId)).map(({ id, data }) => [id, data.sequence]));
  return [...events.values()].every((sequence, index) => sequence === index + 1);
};

describe.each(QUEUES)('a worker of the %s queue killed while it settles a job', (queue) => {
  it('loses no job: what was put off or cut short is done, what was given up waits for a person, once', async () => {
    const disturbed: Record<string, unknown> = {};
    for (const one of castOf(queue)) {
      const { accountId, point } = one;
      await eventually(() => isAtRest(one), { withinMs: 60_000, what: `rest after ${queue} ${point}` });
      const { collections } = lab.database;
      const account = await collections.accounts.findOne({ _id: accountId });
      const found = {
        letters: (await lettersOf(accountId)).length,
        lastError: account?.lastError?.code,
        isDone: queue === 'sync' ? account?.state === 'healthy' : account?.refresh?.finishedAt !== undefined,
        areEventsWhole: await areEventsWhole(accountId),
        wereOperationsTold: notices.some((notice) => notice.accountId === accountId),
      };
      const expected = isGivenUp(one)
        ? { letters: 1, lastError: one.code, isDone: false, areEventsWhole: true, wereOperationsTold: true }
        : { letters: 0, lastError: undefined, isDone: true, areEventsWhole: true, wereOperationsTold: false };
      if (JSON.stringify(found) !== JSON.stringify(expected)) disturbed[`${queue} ${point}`] = found;
    }
    expect(disturbed).toEqual({});
  }, 120_000);

  it('leaves a dead letter that does the work when it is queued again', async () => {
    for (const { accountId } of castOf(queue).filter(isGivenUp)) {
      const [letter] = await lettersOf(accountId);
      await redriveDeadLetter(lab.gateway, letter?.sequence ?? 0);
    }
    for (const { accountId } of castOf(queue).filter(isGivenUp)) {
      if (queue === 'sync') {
        await lab.untilState(accountId, 'healthy');
        expect(await lab.database.collections.videos.countDocuments({ accountId })).toBe(VIDEOS_OF_PAGES);
      } else {
        await eventually(async () => (await rounds.restOf(accountId)).isFinished, { withinMs: 30_000 });
        expect((await rounds.restOf(accountId)).fresh).toBe(VIDEOS_OF_ROUND);
      }
    }
  }, 120_000);
});
