import { openKeyRing } from '../../../services/token-vault/src/domain/keys/open-key-ring.ts';
import { leaseToken, type VaultLab } from '../../../services/token-vault/test/vault-lab.ts';

/** Tokens moved to a new key a second, two for each credential; KMS is what limits it. */
export const rewrapSpeed = async (lab: VaultLab): Promise<number> => {
  const keyRing = await openKeyRing(lab.keyService, await lab.createKey(), [lab.keyRing.currentKeyId]);
  const vault = lab.replica({ keyRing });
  const startedAt = performance.now();
  const { done } = await vault.rewrap({
    kmsCallsPerSecond: 100_000,
    atOnce: 8,
    caller: 'operator',
    signal: new AbortController().signal,
  });
  return (done * 2) / ((performance.now() - startedAt) / 1000);
};

/** Bytes a stored access token has beyond the token itself. */
export const storedOverhead = async (lab: VaultLab, accountId: string): Promise<number> => {
  const { token } = await leaseToken(lab.replica(), accountId);
  const stored = await lab.database.collections.accounts.findOne({ _id: accountId });
  return (stored?.credential?.accessToken.length() ?? 0) - Buffer.byteLength(token);
};
