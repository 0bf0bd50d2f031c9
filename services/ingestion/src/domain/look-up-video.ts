import { PlatformError, requireServing, type LookupRequest, type LookupResult } from '@trendpot/contracts';
import { callOnDemand, ON_DEMAND, storeOnDemand, type OnDemandPorts } from './fetch-on-demand.ts';
import { makeTogether } from './together.ts';
import type { Answer } from './video.ts';

export type LookUpVideo = (request: LookupRequest) => Promise<LookupResult>;

/**
 * One video of a creator: from the store, else by its id from TikTok, never by walking the list. Look-ups of one
 * creator that come while a call is under way share the next one.
 *
 * @throws PlatformError E_VIDEO_NOT_OWNED, E_VIDEO_NOT_FOUND, E_EMBED_REJECTED, E_PERMIT_UNAVAILABLE, or what ails the account
 */
export const makeLookUpVideo = (ports: OnDemandPorts): LookUpVideo => {
  const { library, display } = ports;

  const queryTogether = makeTogether<LookupRequest, Answer>({
    groupOf: ({ accountId }) => accountId,
    idOf: ({ videoId }) => videoId,
    load: async (first, videoIds) => {
      const use = { accountId: first.accountId, requestId: first.requestId, operation: 'video.lookup' } as const;
      const { askedAt, videos } = await callOnDemand(ports, use, (lease) => display.query(lease, videoIds, ON_DEMAND));
      return new Map(videos.map((video) => [video.videoId, { askedAt, videos: [video] }]));
    },
  });

  const refuse = ({ accountId, videoId, requestId }: LookupRequest): never => {
    ports.meter.videosRefused('foreign', 1);
    ports.log.warn('tiktok.video.foreign', { requestId, accountId, videoIds: [videoId] });
    throw new PlatformError('E_VIDEO_NOT_OWNED', `video ${videoId} is stored for another account than ${accountId}`);
  };

  return async (request) => {
    const { accountId, videoId } = request;
    requireServing(accountId, await library.account(accountId));
    const stored = await library.video(videoId);
    if (stored?.accountId === accountId) return { video: stored.video, source: 'stored' };
    if (stored !== undefined && (await library.account(stored.accountId))?.state !== 'revoked') return refuse(request);

    const answer = await queryTogether(request);
    if (answer === undefined) {
      throw new PlatformError('E_VIDEO_NOT_FOUND', `TikTok knows no video ${videoId} for account ${accountId}`);
    }
    const { videos, foreign } = await storeOnDemand(ports, request, answer);
    if (foreign.length > 0) return refuse(request);
    const [video] = videos;
    if (video === undefined) throw new PlatformError('E_EMBED_REJECTED', `video ${videoId} has no embed that is safe`);
    return { video, source: 'tiktok' };
  };
};
