import type { AccountId } from '@trendpot/contracts';
import type { Database, VideoDocument } from '@trendpot/persistence';

const CAPTIONS = [
  'Three ways to fold a fitted sheet (the last one works)',
  'POV: your sourdough finally rises 🍞',
  'Nairobi at 5am, no filter #city #morning',
  'I tried the viral <b>one-pan</b> pasta & here is the truth',
  'درس سريع في الخط العربي',
  'Street drummer, wait for the drop',
  'How I grow tomatoes on a balcony. Part 4: the harvest nobody believed in, step by step, with every mistake',
  '',
  '今日の練習：左手だけで',
];

const MINUTE_MS = 60_000;

/** A video as ingestion stores it; `index` 0 is the newest. */
export const storedVideo = (accountId: AccountId, index: number, newest: Date): VideoDocument => {
  const id = String(7_500_000_000_000_000_000n - BigInt(index) * 137n);
  const playerUrl = `https://www.tiktok.com/player/v1/${id}`;
  const views = Math.round(2_400_000 / (index + 1) ** 1.3);
  return {
    _id: id,
    tiktokVideoId: id,
    accountId,
    shareUrl: `https://www.tiktok.com/@sample/video/${id}`,
    caption: CAPTIONS[index % CAPTIONS.length] as string,
    createdAt: new Date(newest.getTime() - index * 26 * 60 * MINUTE_MS),
    durationSeconds: 9 + ((index * 17) % 80),
    embed: {
      videoId: id,
      html: `<iframe src="${playerUrl}" title="TikTok video" sandbox="allow-scripts allow-same-origin" allow="fullscreen" referrerpolicy="strict-origin-when-cross-origin"></iframe>`,
      playerUrl,
    },
    counts:
      index % 11 === 6
        ? { views, likes: Math.round(views / 9) }
        : {
            views,
            likes: Math.round(views / 9),
            comments: Math.round(views / 210),
            shares: Math.round(views / 340),
          },
    lastRefreshedAt: new Date(newest.getTime() - 3 * MINUTE_MS),
    absences: 0,
    storedAt: newest,
  };
};

/** Puts videos and a finished walk beside an account. */
export const seedLibrary = async (
  { collections }: Database,
  accountId: AccountId,
  count: number,
  newest: Date = new Date(),
): Promise<void> => {
  if (count > 0) {
    await collections.videos.insertMany(
      Array.from({ length: count }, (_, index) => storedVideo(accountId, index, newest)),
    );
  }
  await collections.accounts.updateOne(
    { _id: accountId },
    {
      $set: {
        state: 'healthy',
        profile: { displayName: 'Amina Makes' },
        sync: { pages: Math.ceil(count / 20), videos: count, complete: true, completedAt: newest, metricsAt: newest },
      },
      $inc: { eventSequence: 1 },
    },
  );
};
