import { PlatformError } from '@trendpot/contracts';

/**
 * Why a sealed token could not be opened. Goes to the audit, never to a caller: from outside every fault is the same.
 *
 * - `version`: a format this vault does not know, or no format at all
 * - `length`: shorter than a sealed token can be, or of a length its kind does not have
 * - `commitment`: sealed under another data key
 * - `tag`: changed, or moved to another account, field, key or generation
 * - `data-key`: KMS does not accept the wrapped data key for this account
 */
export type SealFault = 'version' | 'length' | 'commitment' | 'tag' | 'data-key';

class SealFaultCause extends Error {
  override readonly name = 'SealFault';
  readonly fault: SealFault;

  constructor(fault: SealFault) {
    super(fault);
    this.fault = fault;
  }
}

export const sealBroken = (fault: SealFault): PlatformError =>
  new PlatformError('E_VAULT_SEAL_BROKEN', 'a sealed token could not be opened', { cause: new SealFaultCause(fault) });

/** What the audit says about an error: its code and, where there is one, the hidden cause. Never a value. */
export const auditCause = (error: PlatformError): string =>
  error.cause instanceof SealFaultCause ? `${error.code}/${error.cause.fault}` : error.code;
