import { eventually } from '@trendpot/testing';
import type { Stop } from './messages.ts';
import type { WorkerProcess } from './worker-process.ts';

export type Point = Omit<Stop, 'accountId'>;

const WALKS = 3;

/**
 * Every point a job passes, by page, when nothing goes wrong, in order. What one of several accounts alone has passed
 * was an accident: on a busy machine a permit grows too old for its call, a transaction is done again.
 *
 * @param walk does the work of one more account to its end, and tells which account that was.
 */
export const discoverPoints = async (worker: WorkerProcess, walk: () => Promise<string>): Promise<Point[]> => {
  await worker.record();
  const walked: Map<string, Point>[] = [];
  for (let count = 0; count < WALKS; count += 1) {
    const accountId = await walk();
    const own = () => worker.passed.filter((stop) => stop.accountId === accountId);
    const times = (name: string) => own().filter(({ point }) => point === name).length;
    await eventually(() => times('begin') === times('end'), { what: 'word of the end of its last job' });
    walked.push(new Map(own().map(({ page, point }) => [`${page} ${point}`, { page, point }])));
  }
  return [...(walked[0] ?? [])].filter(([name]) => walked.every((one) => one.has(name))).map(([, point]) => point);
};
