import { describe, expect, it } from '@jest/globals';
import { toKmsError } from './kms-errors.ts';

const thrown = (name: string): Error => Object.assign(new Error('said by the SDK'), { name });

describe('what the SDK throws', () => {
  it.each(['CredentialsProviderError', 'ThrottlingException', 'KMSInternalException', 'TimeoutError', 'Error'])(
    'passes: %s is an outage, through which keys in memory go on',
    (name) => {
      expect(toKmsError(thrown(name), 'unwrap').code).toBe('E_VAULT_KMS_UNAVAILABLE');
      expect(toKmsError(thrown(name), 'other').code).toBe('E_VAULT_KMS_UNAVAILABLE');
    },
  );

  it.each(['AccessDeniedException', 'DisabledException', 'KMSInvalidStateException', 'NotFoundException'])(
    'does not pass: %s is a refusal, which ends access at once',
    (name) => {
      expect(toKmsError(thrown(name), 'unwrap').code).toBe('E_VAULT_KMS_DENIED');
    },
  );

  it.each(['InvalidCiphertextException', 'IncorrectKeyException', 'ValidationException'])(
    'concerns one row: %s is a broken seal when a key is unwrapped',
    (name) => {
      expect(toKmsError(thrown(name), 'unwrap').code).toBe('E_VAULT_SEAL_BROKEN');
    },
  );
});
