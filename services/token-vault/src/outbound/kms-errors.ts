import { PlatformError } from '@trendpot/contracts';
import { sealBroken } from '../domain/errors.ts';

/** KMS decided against us; waiting does not help. */
const DENIED: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DisabledException',
  'InvalidKeyUsageException',
  'KMSInvalidStateException',
  'NotFoundException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'InvalidArnException',
  'ValidationException',
]);

/**
 * The wrapped key is not of this key, or not of this account, or damaged, up to where it is no ciphertext at all. One
 * account's row is at fault then: it must not look as if KMS refused the key to all.
 */
const BROKEN: ReadonlySet<string> = new Set([
  'InvalidCiphertextException',
  'IncorrectKeyException',
  'ValidationException',
]);

/**
 * What the SDK threw, in the platform's words. Anything not known to be an answer of KMS counts as an outage: also that
 * there are no credentials to ask it with, which passes when whoever hands them out is back.
 */
export const toKmsError = (thrown: unknown, operation: 'unwrap' | 'other'): PlatformError => {
  if (thrown instanceof PlatformError) return thrown;
  const name = thrown instanceof Error ? thrown.name : 'unknown';
  if (operation === 'unwrap' && BROKEN.has(name)) return sealBroken('data-key');
  if (DENIED.has(name)) return new PlatformError('E_VAULT_KMS_DENIED', `KMS refuses: ${name}`, { cause: thrown });
  return new PlatformError('E_VAULT_KMS_UNAVAILABLE', `KMS does not answer: ${name}`, { cause: thrown });
};
