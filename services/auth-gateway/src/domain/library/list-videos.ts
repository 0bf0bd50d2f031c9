import type { UserId } from '@trendpot/contracts';
import type { Accounts, StoredVideo, Videos } from '../ports.ts';
import { decodeCursor, encodeCursor } from './library-cursor.ts';
import { ownConnectedAccount } from './own-account.ts';

export interface LibraryPage {
  readonly videos: readonly StoredVideo[];
  /** Ask for the next page with this; absent at the end. */
  readonly nextCursor?: string | undefined;
  /** The oldest refresh among these videos: how fresh the counts are at least. */
  readonly freshSince?: string | undefined;
}

export type ListVideos = (
  userId: UserId,
  accountId: string,
  page: { limit: number; cursor?: string | undefined },
) => Promise<LibraryPage>;

/** Pages of what is stored, newest first. Never asks TikTok, so it works while TikTok does not. */
export const makeListVideos =
  (ports: { accounts: Pick<Accounts, 'find'>; videos: Videos }): ListVideos =>
  async (userId, accountId, { limit, cursor }) => {
    const account = await ownConnectedAccount(ports.accounts, userId, accountId);
    const after = cursor === undefined ? undefined : decodeCursor(cursor);
    const found = await ports.videos.page(account.id, limit + 1, after);
    const videos = found.slice(0, limit);
    const last = videos.at(-1);
    const nextCursor =
      found.length > limit && last !== undefined
        ? encodeCursor({ createdAt: new Date(last.createdAt), id: last.id })
        : undefined;
    const freshSince = videos.map(({ lastRefreshedAt }) => lastRefreshedAt).sort()[0];
    return { videos, nextCursor, freshSince };
  };
