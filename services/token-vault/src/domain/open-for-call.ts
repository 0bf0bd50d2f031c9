import type { AccountId } from '@trendpot/contracts';
import { secret, type Secret } from '@trendpot/secrets';
import { openField, type Credential, type WrappedDataKey } from './credential.ts';
import type { DataKeys } from './data-keys.ts';
import { checkKey, isCurrentKey, type KeyRing } from './key-ring.ts';
import type { AuditTrail, Clock } from './ports.ts';
import { factOf, type Purpose } from './renewal.ts';
import { copySealingKey, zeroise, type SealingKey } from './sealing-key.ts';
import type { TokenField } from './token-binding.ts';

interface Ports {
  readonly dataKeys: DataKeys;
  readonly audit: AuditTrail;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
}

/** The data key a renewed pair will be sealed under, held in memory until the pair is stored. */
export interface ReadyKey {
  readonly dataKey: WrappedDataKey;
  readonly key: SealingKey;
  /** Zeroises the key. */
  release(): void;
}

/**
 * Gets ready whatever sealing the next pair will need, before TikTok is asked for it: from then on the old pair may be
 * void, and KMS must not stand between the new one and the database. This is also where a credential moves to the
 * current key.
 */
export const readyKeyFor = async (
  { dataKeys, keyRing }: Ports,
  accountId: AccountId,
  credential: Credential,
): Promise<ReadyKey> => {
  const dataKey = isCurrentKey(keyRing, credential.keyId)
    ? { keyId: credential.keyId, wrapped: credential.wrappedDataKey }
    : await dataKeys.create(keyRing.currentKeyId, accountId);
  const key = await dataKeys.use(accountId, dataKey, copySealingKey);
  return { dataKey, key, release: () => zeroise(key) };
};

/** Opens one token as text for a call to TikTok, once the audit has it. The text cannot be zeroised, only dropped. */
export const openForCall = async (
  { dataKeys, audit, keyRing, clock }: Ports,
  accountId: AccountId,
  credential: Credential,
  field: TokenField,
  purpose: Purpose,
): Promise<Secret> => {
  checkKey(keyRing, credential.keyId);
  await audit.record(factOf(clock, 'token.decrypt', accountId, purpose, 'done'));
  const dataKey = { keyId: credential.keyId, wrapped: credential.wrappedDataKey };
  return dataKeys.use(accountId, dataKey, (key) => {
    const bytes = openField(key, accountId, credential, field);
    try {
      return secret(bytes.toString('utf8'));
    } finally {
      bytes.fill(0);
    }
  });
};
