import type { AuditFact, RequestId } from '@trendpot/contracts';
import type { Clock } from '../ports.ts';

/** On whose behalf a token is opened; part of every audit entry about it. */
export interface Purpose {
  readonly requestId: RequestId;
  readonly caller: string;
  readonly operation: string;
}

/** An audit fact about one account, for one purpose. */
export const factOf = (
  clock: Clock,
  action: AuditFact['action'],
  accountId: AuditFact['accountId'],
  { requestId, caller, operation }: Purpose,
  outcome: AuditFact['outcome'],
  more: Pick<AuditFact, 'actor' | 'reason' | 'cause'> = {},
): AuditFact => ({
  at: clock().toISOString(),
  action,
  requestId,
  accountId,
  operation,
  caller,
  outcome,
  ...more,
});
