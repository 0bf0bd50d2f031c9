import { SUBJECT, type PlatformEvent } from '@trendpot/contracts';
import type { Erasure, Library, Log } from './ports.ts';

export type EraseAccount = (event: PlatformEvent) => Promise<void>;

/** Forgets the jobs and schedules of a disconnected creator. Repeatable. */
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
    ports.log.info('tiktok.account.erased', { accountId, jobs: await ports.erasure.jobs(accountId) });
  };
