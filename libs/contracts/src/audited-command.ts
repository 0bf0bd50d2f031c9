import type { AuditFact } from './audit-chain.ts';
import type { RequestId } from './identifiers.ts';
import { toPlatformError } from './platform-error.ts';

/** Where commands are recorded. Resolves when the entry is stored for good. */
export interface CommandAudit {
  record(fact: Omit<AuditFact, 'at' | 'caller'>): Promise<void>;
}

export interface OperatorCommand {
  readonly requestId: RequestId;
  /** Who gave it, as their token or key stands for. */
  readonly operator: string;
  readonly operation: string;
  /** An account, or `platform`. */
  readonly accountId: AuditFact['accountId'];
  readonly reason?: string | undefined;
}

/**
 * Runs an operator's command with its record: one entry before anything is changed, so that nothing goes unrecorded, and
 * one with how it ended.
 *
 * @throws PlatformError E_UNAVAILABLE when the record cannot be written; then nothing was done.
 */
export const audited = async <T>(audit: CommandAudit, command: OperatorCommand, run: () => Promise<T>): Promise<T> => {
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
