import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { accountApi, type AccountApi } from '../journey/account-api.ts';
import { connectCreator } from '../journey/connect-creator.ts';
import type { FakeTikTokControl } from '../journey/fake-tiktok.ts';
import type { Platform } from '../platform/platform.ts';
import type { Narrator } from './narrator.ts';

export interface SampleCreator {
  readonly accountId: string;
  readonly openId: string | undefined;
  readonly api: AccountApi;
  /** `performance.now()` of the moment TikTok sent the creator back with the consent. */
  readonly consentedAt: number;
}

const SYNC_WITHIN_MS = 15 * 60_000;
const REFRESH_WITHIN_MS = 120_000;

/** Walks the hand-off page, the consent and the callback as a creator's browser does. */
export const connectSample = async (platform: Platform, handle: string): Promise<SampleCreator> => {
  const { browser, page, decidedAt } = await connectCreator(platform.gatewayUrl, { creator: handle });
  const api = accountApi(platform.gatewayUrl, browser);
  const [account] = await api.accounts();
  if (account === undefined) throw new Error(`${handle} could not be connected: the last page answered ${page.status}`);
  const creators = await platform.tiktok?.get<{ handle: string; openId: string }[]>('/creators');
  return {
    accountId: account.accountId,
    openId: creators?.find((creator) => creator.handle === handle)?.openId,
    api,
    consentedAt: decidedAt,
  };
};

/** How many videos the creator has at the fake TikTok. @throws Error when it has no such creator */
export const expectedVideos = async (tiktok: FakeTikTokControl | undefined, handle: string): Promise<number> => {
  const creators = await tiktok?.get<{ handle: string; videos: number }[]>('/creators');
  const creator = creators?.find((candidate) => candidate.handle === handle);
  if (creator === undefined) throw new Error(`the fake TikTok has no creator called ${handle}`);
  return creator.videos;
};

export interface Synced {
  readonly videos: number;
  readonly pages: number;
  readonly secondsToFirstVideo: number;
}

export const describeSync = ({ videos, pages, secondsToFirstVideo }: Synced, expected: number): string =>
  `${videos} of ${expected} videos stored, ${pages} pages, the first after ${secondsToFirstVideo.toFixed(2)} s.`;

/** Follows the sync to its end in the database itself, so that what is counted is what was stored. */
export const watchSync = async (
  platform: Platform,
  { accountId, consentedAt }: SampleCreator,
  expected: number,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<Synced> => {
  const client = new MongoClient(platform.backing.mongoUri);
  try {
    const database = client.db();
    const deadline = performance.now() + SYNC_WITHIN_MS;
    let secondsToFirstVideo = 0;
    for (;;) {
      signal.throwIfAborted();
      // First whether it is complete, then how much there is: the other way round the last page could come in between.
      const account = await database.collection('tiktok_accounts').findOne({ _id: accountId as never });
      const { pages = 0, complete = false } = (account?.['sync'] ?? {}) as { pages?: number; complete?: boolean };
      const videos = await database.collection('videos').countDocuments({ accountId });
      if (videos > 0 && secondsToFirstVideo === 0) secondsToFirstVideo = (performance.now() - consentedAt) / 1000;
      narrator.progress(pages, videos, expected);
      if (complete && account?.['state'] === 'healthy') {
        return { videos, pages, secondsToFirstVideo: Number(secondsToFirstVideo.toFixed(3)) };
      }
      if (performance.now() > deadline)
        throw new Error(`the sync did not end within ${SYNC_WITHIN_MS / 60_000} minutes`);
      await sleep(25);
    }
  } finally {
    narrator.endProgress();
    await client.close();
  }
};

/** Waits until every stored video was refreshed since the moment given. */
export const watchRefresh = async (
  platform: Platform,
  accountId: string,
  since: Date,
  signal: AbortSignal,
): Promise<number> => {
  const client = new MongoClient(platform.backing.mongoUri);
  try {
    const videos = client.db().collection('videos');
    const deadline = performance.now() + REFRESH_WITHIN_MS;
    for (;;) {
      signal.throwIfAborted();
      const total = await videos.countDocuments({ accountId });
      const fresh = await videos.countDocuments({ accountId, lastRefreshedAt: { $gt: since } });
      if (fresh === total) return fresh;
      if (performance.now() > deadline) throw new Error(`only ${fresh} of ${total} videos were refreshed in time`);
      await sleep(50);
    }
  } finally {
    await client.close();
  }
};
