import { toPlatformError, type AccountId } from '@trendpot/contracts';
import { secret, type Secret } from '@trendpot/secrets';
import { factOf, type Purpose } from '../audit/audit-fact.ts';
import { auditCause } from '../errors.ts';
import type { DataKeys, HeldKey } from '../keys/data-keys.ts';
import { checkKey, isCurrentKey, type KeyRing } from '../keys/key-ring.ts';
import type { AuditTrail, Clock, VaultMeter } from '../ports.ts';
import { dataKeyOf, openField, type Credential } from '../sealing/credential.ts';
import type { SealingKey } from '../sealing/sealing-key.ts';
import type { TokenField } from '../sealing/token-binding.ts';

interface Ports {
  readonly dataKeys: DataKeys;
  readonly audit: AuditTrail;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  readonly meter: Pick<VaultMeter, 'keyMismatch'>;
}

/**
 * Gets ready whatever sealing the next pair will need, before TikTok is asked for it: from then on the old pair may be
 * void, and KMS must not stand between the new one and the database. This is also where a credential moves to the
 * current key.
 */
export const readyKeyFor = (
  { dataKeys, keyRing }: Pick<Ports, 'dataKeys' | 'keyRing'>,
  accountId: AccountId,
  credential: Credential,
): Promise<HeldKey> =>
  isCurrentKey(keyRing, credential.keyId)
    ? dataKeys.hold(accountId, dataKeyOf(credential))
    : dataKeys.create(keyRing.currentKeyId, accountId);

/**
 * Opens one token as text for a call to TikTok, once the audit has it. The text cannot be zeroised, only dropped. What
 * stops it before, KMS for instance, leaves no record of an opening; what does not open leaves a second one.
 */
export const openForCall = async (
  ports: Ports,
  accountId: AccountId,
  credential: Credential,
  field: TokenField,
  purpose: Purpose,
): Promise<Secret> => {
  const { dataKeys, audit, clock } = ports;
  const record = (outcome: 'done' | 'failed', more = {}): Promise<unknown> =>
    audit.record(factOf(clock, 'token.decrypt', accountId, purpose, outcome, more));
  checkKey(ports, credential.keyId);
  const { key, release } = await dataKeys.hold(accountId, dataKeyOf(credential));
  try {
    await record('done');
    return openAsText(key, accountId, credential, field);
  } catch (thrown) {
    const error = toPlatformError(thrown);
    if (error.code === 'E_VAULT_SEAL_BROKEN') await record('failed', { cause: auditCause(error) });
    throw error;
  } finally {
    release();
  }
};

const openAsText = (key: SealingKey, accountId: AccountId, credential: Credential, field: TokenField): Secret => {
  const bytes = openField(key, accountId, credential, field);
  try {
    return secret(bytes.toString('utf8'));
  } finally {
    bytes.fill(0);
  }
};
