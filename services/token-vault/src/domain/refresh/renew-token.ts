import { PlatformError } from '@trendpot/contracts';
import { requireConnected, type ConnectedAccount } from '../accounts.ts';
import type { Purpose } from '../audit/audit-fact.ts';
import type { VaultPorts } from '../vault-ports.ts';
import { makeRefreshTurn } from './refresh-turn.ts';
import { makeSingleFlight } from './single-flight.ts';

const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 250;

/**
 * Brings an account to a newer token pair than the one given. One refresh at a time: within this process whoever asks
 * shares the one under way, across replicas the turn in the database decides and the others wait for its outcome.
 *
 * @throws PlatformError E_NEEDS_CONSENT, E_ACCOUNT_REVOKED, E_ACCOUNT_NOT_FOUND, E_TIKTOK_UNAVAILABLE, E_UNAVAILABLE,
 *   and what sealing and the audit throw
 */
export type RenewToken = (account: ConnectedAccount, purpose: Purpose) => Promise<ConnectedAccount>;

export const makeRenewToken = (ports: VaultPorts): RenewToken => {
  const { accounts, pause, settings } = ports;
  const takeTurn = makeRefreshTurn(ports);
  const renewOnce = makeSingleFlight<ConnectedAccount>();

  const renew = async (account: ConnectedAccount, purpose: Purpose): Promise<ConnectedAccount> => {
    const { accountId, credential } = account;
    const deadline = performance.now() + settings.waitMs;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
      // Counted from before the turn was asked for: a slow database shortens the turn, never stretches it.
      const endsAt = performance.now() + settings.leaseMs;
      const turn = await accounts.beginRefresh(accountId, credential.generation, settings.holder, settings.leaseMs);
      if (turn !== undefined) return takeTurn(account, turn, purpose, endsAt);
      const current = requireConnected(await accounts.find(accountId));
      if (current.credential.generation !== credential.generation) return current;
      if (performance.now() + waitMs > deadline) {
        throw new PlatformError('E_UNAVAILABLE', `another replica is still refreshing ${accountId}`);
      }
      await pause(waitMs);
    }
  };

  return (account, purpose) =>
    renewOnce(`${account.accountId}:${account.credential.generation}`, () => renew(account, purpose));
};
