import { PlatformError, VideoId, type RequestId, type UserId, type Video } from '@trendpot/contracts';
import type { Accounts, LiveLibrary, Videos } from '../ports.ts';
import { ownConnectedAccount } from './own-account.ts';

export interface FoundVideo {
  readonly video: Video;
  readonly source: 'stored' | 'tiktok';
  /** When its counts were last read; absent when they were read just now. */
  readonly lastRefreshedAt?: string | undefined;
}

export type FindVideo = (
  userId: UserId,
  accountId: string,
  videoId: string,
  requestId: RequestId,
) => Promise<FoundVideo>;

/**
 * One video of a creator: as stored, else looked up at TikTok, which costs a call.
 *
 * @throws PlatformError E_VIDEO_NOT_OWNED for a video of another creator, E_VIDEO_NOT_FOUND
 */
export const makeFindVideo =
  (ports: { accounts: Pick<Accounts, 'find'>; videos: Videos; library: Pick<LiveLibrary, 'lookUp'> }): FindVideo =>
  async (userId, accountId, videoId, requestId) => {
    const account = await ownConnectedAccount(ports.accounts, userId, accountId);
    const id = VideoId.safeParse(videoId);
    if (!id.success) throw new PlatformError('E_VIDEO_NOT_FOUND', 'an id that no video has');
    const stored = await ports.videos.find(id.data);
    if (stored === undefined) {
      return ports.library.lookUp({ version: 1, requestId, accountId: account.id, videoId: id.data });
    }
    if (stored.accountId !== account.id) {
      throw new PlatformError('E_VIDEO_NOT_OWNED', `video ${id.data} is stored for another account than ${account.id}`);
    }
    const { accountId: _owner, lastRefreshedAt, ...video } = stored;
    return { video, source: 'stored', lastRefreshedAt };
  };
