import { STREAM } from '@trendpot/contracts';
import { beginRound, healthyAccount, type HealthyAccount } from '../../pipeline/healthy-account.ts';
import type { PipelineLab } from '../../pipeline/lab.ts';

/** Two batches. */
export const VIDEOS = 25;
export const LAST_BATCH = 1;

/** What one account looks like when its round has come to rest. */
export interface RoundAtRest {
  readonly isFinished: boolean;
  /** Videos whose counts are those TikTok has now. */
  readonly fresh: number;
  /** Numbers of its events, repetitions apart, in the order of the stream. */
  readonly sequences: readonly number[];
  readonly work: { readonly jobs: number; readonly schedules: number };
  readonly calls: number;
  readonly lastError: string | undefined;
}

/** Healthy accounts whose videos were stored long ago, and their rounds. */
export const refreshJobStage = async (lab: PipelineLab) => {
  const { collections } = lab.database;
  const accounts = new Map<string, HealthyAccount>();

  return {
    environment: {
      ...lab.environmentOf('metrics-refresher'),
      TIKTOK_MAX_CONCURRENT_CALLS: '500',
      TIKTOK_INGESTION_RETRY_BACKOFF_MS: '2000',
      TIKTOK_METRICS_REFRESH_INTERVAL_MS: '86400000',
    },
    newAccount: async (): Promise<string> => {
      const account = await healthyAccount(lab, VIDEOS, { views: 1 });
      accounts.set(account.accountId, account);
      return account.accountId;
    },
    begin: (accountId: string) => beginRound(lab, accountId),
    isAtRest: async (accountId: string): Promise<boolean> => {
      const { jobs, schedules } = await lab.workOf(STREAM.refresh, accountId);
      return jobs === 0 && schedules === 1 && (await collections.outbox.findOne({ accountId })) === null;
    },
    restOf: async (accountId: string): Promise<RoundAtRest> => {
      const { handle = '', listed = [] } = accounts.get(accountId) ?? {};
      const account = await collections.accounts.findOne({ _id: accountId });
      const views = new Map(listed.map(({ id, counts }) => [id, counts.view_count]));
      const stored = await collections.videos.find({ accountId }).toArray();
      const events = new Map((await lab.eventsOf(accountId)).map(({ id, data }) => [id, data.sequence]));
      const calls = await lab.tiktok.calls('/v2/video/data/');
      return {
        isFinished: account?.refresh?.finishedAt !== undefined,
        fresh: stored.filter(({ _id, counts }) => counts.views === views.get(_id)).length,
        sequences: [...events.values()],
        work: await lab.workOf(STREAM.refresh, accountId),
        calls: calls.filter(({ creator }) => creator === handle).length,
        lastError: account?.lastError?.code,
      };
    },
  };
};
