import { ConfigurationFault, secretFile } from '@trendpot/config';
import { connectMessaging, type Messaging } from '@trendpot/messaging';
import { countFaults, type AuditFinding } from '../domain/audit/verify-chain.ts';
import { natsAuditStream } from '../outbound/nats-audit-stream.ts';
import type { OpenVault } from './open-vault.ts';

const MOST_SHOWN = 50;

export interface VerifyFlags {
  /** Seed of a NATS user that may read the audit stream; without it only the database is checked. */
  readonly operatorCredentials?: string | undefined;
  readonly natsUrl?: string | undefined;
}

const UNREADABLE = '--operator-credentials names a file that cannot be read or is empty';

/** @throws ConfigurationFault */
const connectOperator = async ({ operatorCredentials, natsUrl }: VerifyFlags): Promise<Messaging | undefined> => {
  if (operatorCredentials === undefined || natsUrl === undefined) return undefined;
  const seed = secretFile.safeParse(operatorCredentials);
  if (!seed.success) throw new ConfigurationFault([UNREADABLE]);
  return connectMessaging({ url: natsUrl, user: 'operator', seed: seed.data });
};

const describeFinding = ({ fault, chain, sequence, last }: AuditFinding): string =>
  `${fault}: ${last === undefined ? `entry ${sequence}` : `entries ${sequence} to ${last}`} of chain ${chain}`;

/**
 * Checks every audit chain in the database and, given an operator's credentials, against the stream nobody can delete
 * from.
 *
 * @returns the exit status: 0 when nothing is missing or changed
 */
export const verifyAudit = async ({ vault, config }: OpenVault, flags: VerifyFlags): Promise<number> => {
  const operator = await connectOperator(flags);
  try {
    const report = await vault.verifyAudit({
      retentionMs: config.auditRetentionMs,
      ...(operator === undefined ? {} : { stream: natsAuditStream(operator) }),
    });
    console.log(`${report.entries} entries in ${report.chains} chains checked`);
    console.log(
      report.inStream === undefined
        ? 'the stream was not looked at: give --operator-credentials FILE'
        : `${report.inStream} entries in the stream compared`,
    );
    for (const finding of report.findings.slice(0, MOST_SHOWN)) console.log(describeFinding(finding));
    const found = countFaults(report.findings);
    console.log(found === 0 ? 'nothing is missing or changed' : `${found} faults found`);
    return found === 0 ? 0 : 1;
  } finally {
    await operator?.close();
  }
};
