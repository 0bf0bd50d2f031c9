import { SUBJECT, type AccountState, type PlatformEvent } from '@trendpot/contracts';
import type { Logger } from '@trendpot/observability';

export interface EraseRevokedPorts {
  readonly library: { account(accountId: string): Promise<{ readonly state: AccountState } | undefined> };
  readonly log: Pick<Logger, 'info' | 'error'>;
  /** Repeatable. @returns how much there was, by its kind. */
  erase(accountId: string): Promise<Readonly<Record<string, number>>>;
}

export type EraseRevoked = (event: PlatformEvent) => Promise<void>;

/** Erases what is kept of an account when an event says that it was disconnected, and the database says so too. */
export const makeEraseRevoked =
  ({ library, log, erase }: EraseRevokedPorts): EraseRevoked =>
  async (event) => {
    if (event.type !== SUBJECT.accountsUpdate || event.data.change !== 'revoked') return;
    const { accountId } = event.data;
    const account = await library.account(accountId);
    if (account !== undefined && account.state !== 'revoked') {
      log.error('tiktok.account.erasure_refused', { accountId, state: account.state });
      return;
    }
    log.info('tiktok.account.erased', { accountId, ...(await erase(accountId)) });
  };
