import { DecryptCommand, DescribeKeyCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { PlatformError, type AccountId } from '@trendpot/contracts';
import { sealBroken } from '../domain/errors.ts';
import type { KeyService } from '../domain/ports.ts';
import { toKmsError } from './kms-errors.ts';

const APPLICATION = 'trendpot-tiktok';

export interface KmsSettings {
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly timeoutMs: number;
  readonly attempts: number;
}

export interface KmsKeyService extends KeyService {
  /** The ARN of a key given by id, alias or ARN. Throws as `KeyService` does. */
  resolveKeyId(name: string): Promise<string>;
  close(): void;
}

/** Whoever asked by a key's ARN must get that key: what is sealed goes by the name of the key that was meant. */
const isAnotherKey = (asked: string, answered: string): boolean => /^arn:.*:key\//.test(asked) && answered !== asked;

const contextOf = (accountId: AccountId): Record<string, string> => ({ app: APPLICATION, accountId });

const garbage = (): PlatformError => new PlatformError('E_VAULT_KMS_UNAVAILABLE', 'KMS answered with something else');

const bytesOf = (value: Uint8Array | undefined): Uint8Array => {
  if (value === undefined || value.length === 0) throw garbage();
  return value;
};

/** AWS KMS, seen through a slit: three of its operations, and its errors as ours. */
export const kmsKeyService = (settings: KmsSettings): KmsKeyService => {
  const client = new KMSClient({
    region: settings.region,
    maxAttempts: settings.attempts,
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    requestHandler: {
      connectionTimeout: settings.timeoutMs,
      requestTimeout: settings.timeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  const asked = async <T>(call: () => Promise<T>, operation: 'unwrap' | 'other' = 'other'): Promise<T> => {
    try {
      return await call();
    } catch (thrown) {
      throw toKmsError(thrown, operation);
    }
  };
  return {
    generateDataKey: (keyId, accountId) =>
      asked(async () => {
        const command = new GenerateDataKeyCommand({
          KeyId: keyId,
          KeySpec: 'AES_256',
          EncryptionContext: contextOf(accountId),
        });
        const { KeyId, Plaintext, CiphertextBlob } = await client.send(command);
        const plaintext = bytesOf(Plaintext);
        const isNamed = KeyId !== undefined && !isAnotherKey(keyId, KeyId);
        if (!isNamed || plaintext.length !== 32 || CiphertextBlob === undefined) {
          plaintext.fill(0);
          throw garbage();
        }
        return { keyId: KeyId, plaintext, wrapped: bytesOf(CiphertextBlob) };
      }),
    unwrapDataKey: (keyId, wrapped, accountId) =>
      asked(async () => {
        const command = new DecryptCommand({
          KeyId: keyId,
          CiphertextBlob: wrapped,
          EncryptionContext: contextOf(accountId),
        });
        const { KeyId, Plaintext } = await client.send(command);
        const plaintext = bytesOf(Plaintext);
        // KMS names the key it used; another one than the credential's means that the row was put together.
        if (KeyId !== keyId) {
          plaintext.fill(0);
          throw sealBroken('data-key');
        }
        return plaintext;
      }, 'unwrap'),
    resolveKeyId: (name) =>
      asked(async () => {
        const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: name }));
        if (KeyMetadata?.Arn === undefined) throw garbage();
        return KeyMetadata.Arn;
      }),
    close: () => client.destroy(),
  };
};
