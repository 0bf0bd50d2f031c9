import type { PageResult, RequestId, UserId } from '@trendpot/contracts';
import type { Accounts, LiveLibrary } from '../ports.ts';
import { ownConnectedAccount } from './own-account.ts';

export type LivePage = (
  userId: UserId,
  accountId: string,
  page: { cursor?: number | undefined; requestId: RequestId },
) => Promise<PageResult>;

/** A page straight from TikTok, at the cursor that was asked for. Costs a call of the interactive share. */
export const makeLivePage =
  (ports: { accounts: Pick<Accounts, 'find'>; library: Pick<LiveLibrary, 'page'> }): LivePage =>
  async (userId, accountId, { cursor, requestId }) => {
    const account = await ownConnectedAccount(ports.accounts, userId, accountId);
    return ports.library.page({
      version: 1,
      requestId,
      accountId: account.id,
      ...(cursor === undefined ? {} : { cursor }),
    });
  };
