import { newRequestId, refreshJobSubject, type Counts } from '@trendpot/contracts';
import { publish } from '@trendpot/messaging';
import type { VideoDocument } from '@trendpot/persistence';
import type { PipelineLab } from './lab.ts';

interface Listed {
  readonly id: string;
  readonly createTime: number;
  readonly counts: { readonly view_count: number };
}

export interface HealthyAccount {
  readonly accountId: string;
  /** Its creator at the fake. */
  readonly handle: string;
  /** Its videos as TikTok has them. */
  readonly listed: readonly Listed[];
}

/** An account whose videos ingestion has stored, with counts of long ago. */
export const healthyAccount = async (lab: PipelineLab, videos: number, counts: Counts): Promise<HealthyAccount> => {
  const { collections } = lab.database;
  const handle = await lab.creator(videos);
  const accountId = await lab.vault.connectWithoutJob(handle);
  const listed = await lab.tiktok.get<Listed[]>(`/creators/${handle}/videos`);
  const documents = listed.map(({ id, createTime }): VideoDocument => {
    const playerUrl = `https://www.tiktok.com/player/v1/${id}`;
    return {
      _id: id,
      tiktokVideoId: id,
      accountId,
      shareUrl: `https://www.tiktok.com/@u/video/${id}`,
      caption: '',
      createdAt: new Date(createTime * 1000),
      embed: { videoId: id, html: `<iframe src="${playerUrl}"></iframe>`, playerUrl },
      counts,
      lastRefreshedAt: new Date(0),
      absences: 0,
      storedAt: new Date(0),
    };
  });
  if (documents.length > 0) await collections.videos.insertMany(documents);
  const sync = { pages: Math.ceil(videos / 20), videos, complete: true };
  await collections.accounts.updateOne({ _id: accountId }, { $set: { state: 'healthy', sync } });
  return { accountId, handle, listed };
};

/** Queues the job that begins a round of the account. */
export const beginRound = async (lab: PipelineLab, accountId: string): Promise<void> => {
  const jobId = `job_${accountId}`;
  const queuedAt = new Date().toISOString();
  const job = { version: 1, jobId, requestId: newRequestId(), accountId, attempt: 1, queuedAt };
  await publish(lab.refresher, { subject: refreshJobSubject(accountId), body: JSON.stringify(job), messageId: jobId });
};
