import { setTimeout as delay } from 'node:timers/promises';
import type { PipelineLab } from '../../pipeline/lab.ts';

export interface CrowdTimes {
  /** From the first consent until the last library of the crowd was complete. */
  readonly allDoneMs: number;
  /** Of each creator, from consent to the first stored page. */
  readonly firstPageMs: readonly number[];
}

const LOOK_EVERY_MS = 10;
const PATIENCE_MS = 300_000;

/** Lets so many creators consent, `everyMs` apart, and watches their libraries arrive. */
export const watchCrowd = async (
  lab: PipelineLab,
  crowd: { readonly creators: number; readonly videos: number; readonly everyMs: number },
): Promise<CrowdTimes> => {
  const { accounts } = lab.database.collections;
  const handles = await Promise.all(Array.from({ length: crowd.creators }, () => lab.creator(crowd.videos)));
  const accountIds = await Promise.all(handles.map((handle) => lab.vault.connectWithoutJob(handle)));
  const consents = new Map<string, number>();
  const firstPages = new Map<string, number>();
  const startedAt = performance.now();

  const consentAll = async (): Promise<void> => {
    for (const [index, accountId] of accountIds.entries()) {
      await delay(Math.max(0, startedAt + index * crowd.everyMs - performance.now()));
      consents.set(accountId, performance.now());
      void lab.vault.begin(accountId);
    }
  };
  const consenting = consentAll();
  for (;;) {
    const found = await accounts.find({ _id: { $in: accountIds } }, { projection: { state: 1, sync: 1 } }).toArray();
    const now = performance.now();
    for (const { _id, sync } of found) if (sync.pages > 0 && !firstPages.has(_id)) firstPages.set(_id, now);
    if (found.every(({ state }) => state === 'healthy')) break;
    if (now - startedAt > PATIENCE_MS) throw new Error('the crowd was not served');
    await delay(LOOK_EVERY_MS);
  }
  const allDoneMs = performance.now() - startedAt;
  await consenting;
  return {
    allDoneMs,
    firstPageMs: accountIds.map((accountId) => (firstPages.get(accountId) ?? NaN) - (consents.get(accountId) ?? NaN)),
  };
};
