import { newRequestId, refreshJobSubject, STREAM } from '@trendpot/contracts';
import { publish } from '@trendpot/messaging';
import type { VideoDocument } from '@trendpot/persistence';
import type { PipelineLab } from '../../pipeline/lab.ts';

/** Two batches. */
export const VIDEOS = 25;
export const LAST_BATCH = 1;

interface Listed {
  readonly id: string;
  readonly createTime: number;
  readonly counts: { readonly view_count: number };
}

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
  const listed = new Map<string, { handle: string; videos: readonly Listed[] }>();

  const documentOf = (accountId: string, { id, createTime }: Listed): VideoDocument => {
    const playerUrl = `https://www.tiktok.com/player/v1/${id}`;
    return {
      _id: id,
      tiktokVideoId: id,
      accountId,
      shareUrl: `https://www.tiktok.com/@u/video/${id}`,
      caption: '',
      createdAt: new Date(createTime * 1000),
      embed: { videoId: id, html: `<iframe src="${playerUrl}"></iframe>`, playerUrl },
      counts: { views: 1 },
      lastRefreshedAt: new Date(0),
      absences: 0,
      storedAt: new Date(0),
    };
  };

  return {
    environment: {
      ...lab.environmentOf('metrics-refresher'),
      TIKTOK_MAX_CONCURRENT_CALLS: '500',
      TIKTOK_INGESTION_RETRY_BACKOFF_MS: '2000',
      TIKTOK_METRICS_REFRESH_INTERVAL_MS: '86400000',
    },
    newAccount: async (): Promise<string> => {
      const handle = await lab.creator(VIDEOS);
      const accountId = await lab.vault.connectWithoutJob(handle);
      const videos = await lab.tiktok.get<Listed[]>(`/creators/${handle}/videos`);
      listed.set(accountId, { handle, videos });
      await collections.videos.insertMany(videos.map((video) => documentOf(accountId, video)));
      const sync = { pages: 2, videos: VIDEOS, complete: true };
      await collections.accounts.updateOne({ _id: accountId }, { $set: { state: 'healthy', sync } });
      return accountId;
    },
    begin: async (accountId: string): Promise<void> => {
      const jobId = `job_${accountId}`;
      const queuedAt = new Date().toISOString();
      const job = { version: 1, jobId, requestId: newRequestId(), accountId, attempt: 1, queuedAt };
      await publish(lab.refresher, {
        subject: refreshJobSubject(accountId),
        body: JSON.stringify(job),
        messageId: jobId,
      });
    },
    isAtRest: async (accountId: string): Promise<boolean> => {
      const { jobs, schedules } = await lab.workOf(STREAM.refresh, accountId);
      return jobs === 0 && schedules === 1 && (await collections.outbox.findOne({ accountId })) === null;
    },
    restOf: async (accountId: string): Promise<RoundAtRest> => {
      const { handle = '', videos = [] } = listed.get(accountId) ?? {};
      const account = await collections.accounts.findOne({ _id: accountId });
      const views = new Map(videos.map(({ id, counts }) => [id, counts.view_count]));
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
