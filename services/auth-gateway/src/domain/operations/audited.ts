import { toPlatformError, type RequestId } from '@trendpot/contracts';
import type { Audit } from '../ports.ts';

export interface Command {
  readonly requestId: RequestId;
  /** Who gave it, as the operator token stands for. */
  readonly operator: string;
  readonly operation: string;
  /** An account, or `platform`. */
  readonly accountId: string;
  readonly reason?: string | undefined;
}

/**
 * Runs an operator's command with its record: one entry before anything is changed, so that nothing goes unrecorded, and
 * one with how it ended.
 *
 * @throws PlatformError E_UNAVAILABLE when the record cannot be written; then nothing was done.
 */
export const audited = async <T>(audit: Audit, command: Command, run: () => Promise<T>): Promise<T> => {
  const { requestId, operator, operation, accountId, reason } = command;
  const actor = { kind: 'operator', id: operator } as const;
  const record = (outcome: 'done' | 'refused' | 'failed', phase: string, cause?: string) =>
    audit.record({
      action: 'operator.command',
      requestId,
      accountId,
      operation: `${operation}.${phase}`,
      actor,
      ...(reason === undefined ? {} : { reason }),
      outcome,
      ...(cause === undefined ? {} : { cause }),
    });
  await record('done', 'asked');
  try {
    const result = await run();
    await record('done', 'ended');
    return result;
  } catch (thrown) {
    const { code, verdict } = toPlatformError(thrown);
    await record(verdict === 'backoff' ? 'failed' : 'refused', 'ended', code).catch(() => undefined);
    throw thrown;
  }
};
