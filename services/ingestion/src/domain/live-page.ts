import { requireServing, type PageRequest, type PageResult } from '@trendpot/contracts';
import { callOnDemand, ON_DEMAND, storeOnDemand, type OnDemandPorts } from './fetch-on-demand.ts';

export type FetchLivePage = (request: PageRequest) => Promise<PageResult>;

/** TikTok may answer with an empty page although more follow; a person is not shown more than this many of them. */
const MOST_EMPTY_PAGES = 3;

/**
 * One page of a creator's library straight from TikTok, by the same rules as the walk. Videos that are somebody else's
 * or whose embed is refused are left out; the rest is stored as well, since the call is paid for.
 *
 * @throws PlatformError E_PERMIT_UNAVAILABLE, an E_TIKTOK_ error, or what ails the account
 */
export const makeFetchLivePage = (ports: OnDemandPorts & { pageSize: number }): FetchLivePage => {
  const { display, library, pageSize } = ports;
  return async (request) => {
    const { accountId, requestId } = request;
    requireServing(accountId, await library.account(accountId));
    let asked = request.cursor === undefined ? {} : { cursor: request.cursor };
    for (let empty = 0; ; empty += 1) {
      const page = await callOnDemand(ports, { accountId, requestId, operation: 'video.list' }, (lease) =>
        display.livePage(lease, { ...asked, maxCount: pageSize }, ON_DEMAND),
      );
      const { videos } = page.videos.length === 0 ? { videos: [] } : await storeOnDemand(ports, request, page);
      const { next } = page;
      if (videos.length === 0 && next !== undefined && empty < MOST_EMPTY_PAGES) {
        asked = { cursor: next.cursor };
        continue;
      }
      return { videos: [...videos], hasMore: next !== undefined, ...(next && { nextCursor: next.cursor }) };
    }
  };
};
