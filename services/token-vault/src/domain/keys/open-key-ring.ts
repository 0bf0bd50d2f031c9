import { toPlatformError, type AccountId } from '@trendpot/contracts';
import type { KeyService } from '../ports.ts';
import type { KeyRing } from './key-ring.ts';

/** Stands in for an account in the one call that proves the key at the start; no account has this id. */
const NOBODY: AccountId = 'acc_00000000000000000000';

interface NamedKeys extends Pick<KeyService, 'generateDataKey'> {
  /** The ARN of a key given by any of its names. Throws as `KeyService` does. */
  resolveKeyId(name: string): Promise<string>;
}

/** The key KMS does not let us use, by the setting that names it. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused';
  readonly setting: string;

  constructor(setting: string, reason: string) {
    super(`${setting} names a key that cannot be used: ${reason}`);
    this.setting = setting;
  }
}

/** The ARN credentials carry. That of an alias would match none of them. */
const isKeyArn = (name: string): boolean => /^arn:.*:key\//.test(name);

/**
 * Proves that KMS makes data keys under the current key, and learns its ARN. No managed key, no start.
 *
 * @throws KeyRefused when KMS says no; PlatformError E_VAULT_KMS_UNAVAILABLE when it says nothing
 */
export const openKeyRing = async (keys: NamedKeys, current: string, previous: readonly string[]): Promise<KeyRing> => {
  const refuse =
    (setting: string) =>
    (thrown: unknown): never => {
      const error = toPlatformError(thrown);
      if (error.code === 'E_VAULT_KMS_UNAVAILABLE') throw error;
      throw new KeyRefused(setting, error.message);
    };
  const probe = await keys.generateDataKey(current, NOBODY).catch(refuse('TIKTOK_TOKEN_ENC_KEY_ID'));
  probe.plaintext.fill(0);
  const previousKeyIds = await Promise.all(
    previous.map((name) =>
      isKeyArn(name)
        ? Promise.resolve(name)
        : keys.resolveKeyId(name).catch(refuse('TIKTOK_TOKEN_ENC_PREVIOUS_KEY_IDS')),
    ),
  );
  return { currentKeyId: probe.keyId, previousKeyIds: previousKeyIds.filter((keyId) => keyId !== probe.keyId) };
};
