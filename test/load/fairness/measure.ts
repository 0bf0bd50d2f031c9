import { eventually } from '@trendpot/testing';
import type { PipelineLab } from '../../pipeline/lab.ts';
import { startPageWorker } from '../pages/page-worker.ts';
import { watchCrowd, type CrowdTimes } from './crowd.ts';

export interface Crowd {
  readonly creators: number;
  readonly videos: number;
  /** Between two consents; 0 for all at once. */
  readonly everyMs: number;
  readonly pageSize: number;
}

export interface FairnessResult {
  readonly alone: CrowdTimes;
  readonly beside: CrowdTimes;
  /** Pages of the great library stored while the crowd was served beside it: the backlog really stood. */
  readonly backlogPages: number;
}

/** The crowd alone, then an equal one beside one great library that goes on all the while. */
export const measureFairness = async (
  lab: PipelineLab,
  crowd: Crowd,
  greatLibrary: number,
): Promise<FairnessResult> => {
  const environment = lab.environmentOf('ingestion');
  await using worker = await startPageWorker({ ...environment, TIKTOK_INGESTION_PAGE_SIZE: String(crowd.pageSize) });
  const alone = await watchCrowd(lab, crowd);

  const great = await lab.vault.connect(await lab.creator(greatLibrary));
  const pagesOfGreat = (): number => worker.done.filter(({ accountId }) => accountId === great).length;
  await eventually(() => pagesOfGreat() > 2, { what: 'the backlog' });
  const before = pagesOfGreat();
  const beside = await watchCrowd(lab, crowd);
  const backlogPages = pagesOfGreat() - before;

  const account = await lab.database.collections.accounts.findOne({ _id: great });
  if (account?.state !== 'syncing') throw new Error('the backlog was gone before the crowd was served');
  await lab.vault.disconnect(great);
  return { alone, beside, backlogPages };
};
