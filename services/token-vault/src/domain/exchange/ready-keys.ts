import { newAccountId, type AccountId } from '@trendpot/contracts';
import type { DataKeys, HeldKey } from '../keys/data-keys.ts';

/** Data keys made before a code is redeemed: whoever the creator turns out to be, one of them can seal the tokens. */
export interface ReadyKeys {
  /** An id nobody has. */
  readonly newAccountId: AccountId;
  of(accountId: AccountId): HeldKey | undefined;
  /** Zeroises them all. */
  release(): void;
}

/** @throws PlatformError E_VAULT_KMS_UNAVAILABLE, E_VAULT_KMS_DENIED */
export const makeReadyKeys = async (
  dataKeys: DataKeys,
  keyId: string,
  expected: AccountId | undefined,
): Promise<ReadyKeys> => {
  const fresh = newAccountId();
  const held = new Map<AccountId, HeldKey>();
  const release = (): void => {
    for (const key of held.values()) key.release();
  };
  try {
    for (const accountId of expected === undefined ? [fresh] : [fresh, expected]) {
      held.set(accountId, await dataKeys.create(keyId, accountId));
    }
  } catch (error) {
    release();
    throw error;
  }
  return { newAccountId: fresh, of: (accountId) => held.get(accountId), release };
};
