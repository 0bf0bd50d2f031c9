import type { AuditFact, PlatformError } from '@trendpot/contracts';
import { auditCause } from '../errors.ts';
import type { AuditTrail, Clock, VaultLog } from '../ports.ts';
import { factOf, type Purpose } from './audit-fact.ts';

interface Ports {
  readonly audit: AuditTrail;
  readonly clock: Clock;
  readonly log: VaultLog;
}

interface Refused extends Pick<AuditFact, 'actor' | 'reason'> {
  /** Absent when the command names none. */
  readonly accountId?: string;
}

/** Notes that a command was refused. It gives nothing away, so unlike a decryption it goes on without the audit. */
export const recordRefusal = async (
  { audit, clock, log }: Ports,
  action: AuditFact['action'],
  purpose: Purpose,
  error: PlatformError,
  { accountId, ...more }: Refused = {},
): Promise<void> => {
  const cause = auditCause(error);
  const fields = { ...purpose, ...(accountId === undefined ? {} : { accountId }) };
  log.warn(`tiktok.${action}`, { ...fields, outcome: 'refused', cause });
  await audit
    .record(factOf(clock, action, accountId ?? 'platform', purpose, 'refused', { ...more, cause }))
    .catch(() => log.error('tiktok.audit.unavailable', fields));
};
