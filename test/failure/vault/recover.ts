import { setTimeout as delay } from 'node:timers/promises';
import { toPlatformError } from '@trendpot/contracts';
import { leaseToken, type Replica, type VaultLab } from '../../../services/token-vault/test/vault-lab.ts';

const RECOVER_MS = 15_000;
const AGAIN_MS = 50;

/** How an account stands once a vault that lives has had time to put it right. */
export type FinalState = 'leased' | 'needs_consent' | 'revoked' | 'stuck';

const isAlive = async (lab: VaultLab, token: string): Promise<boolean> => {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${lab.tiktok.url}/v2/user/info/?fields=open_id`, { headers });
  return ((await answer.json()) as { error: { code: string } }).error.code === 'ok';
};

/** Asks as a worker would, again and again, until there is an answer that stands. */
export const recover = async (lab: VaultLab, vault: Replica, accountId: string): Promise<FinalState> => {
  const deadline = performance.now() + RECOVER_MS;
  const { accounts, pendingRevocations } = lab.database.collections;
  while (performance.now() < deadline) {
    const account = await accounts.findOne({ _id: accountId });
    try {
      if (account?.state === 'revoked') {
        await vault.tellTikTok.now(accountId);
        if ((await pendingRevocations.countDocuments({ _id: accountId })) === 0) return 'revoked';
      } else {
        const { token } = await leaseToken(vault, accountId);
        return (await isAlive(lab, token)) ? 'leased' : 'stuck';
      }
    } catch (thrown) {
      if (toPlatformError(thrown).code === 'E_NEEDS_CONSENT') return 'needs_consent';
    }
    await delay(AGAIN_MS);
  }
  return 'stuck';
};
