import { SUBJECT, type PlatformEvent } from '@trendpot/contracts';
import type { Erasure, Library, Log } from './ports.ts';

export type EraseAccount = (event: PlatformEvent) => Promise<void>;

/**
 * Removes what ingestion stores of a disconnected creator: videos, jobs, schedules, past events. Repeatable; a page
 * that was under way cannot write afterwards, because its transaction looks at the account's state.
 */
export const makeEraseAccount =
  (ports: { library: Library; erasure: Erasure; log: Log }): EraseAccount =>
  async (event) => {
    if (event.type !== SUBJECT.accountsUpdate || event.data.change !== 'revoked') return;
    const { accountId } = event.data;
    const account = await ports.library.account(accountId);
    if (account !== undefined && account.state !== 'revoked') {
      ports.log.error('tiktok.account.erasure_refused', { accountId, state: account.state });
      return;
    }
    const videos = await ports.erasure.videos(accountId);
    const jobs = await ports.erasure.jobs(accountId);
    const events = await ports.erasure.events(accountId);
    ports.log.info('tiktok.account.erased', { accountId, videos, jobs, events });
  };
