import { readFileSync } from 'node:fs';
import { connectMessaging, type Messaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import { natsAuditStream } from '../outbound/nats-audit-stream.ts';
import type { OpenVault } from './open-vault.ts';

const MOST_SHOWN = 50;

export interface VerifyFlags {
  /** Seed of a NATS user that may read the audit stream; without it only the database is checked. */
  readonly operatorCredentials?: string | undefined;
  readonly natsUrl?: string | undefined;
}

const connectOperator = async ({ operatorCredentials, natsUrl }: VerifyFlags): Promise<Messaging | undefined> => {
  if (operatorCredentials === undefined || natsUrl === undefined) return undefined;
  const seed = secret(readFileSync(operatorCredentials, 'utf8').trim());
  return connectMessaging({ url: natsUrl, user: 'operator', seed });
};

/**
 * Checks every audit chain in the database and, given an operator's credentials, against the stream nobody can delete
 * from.
 *
 * @returns the exit status: 0 when nothing is missing or changed
 */
export const verifyAudit = async ({ vault }: OpenVault, flags: VerifyFlags): Promise<number> => {
  const operator = await connectOperator(flags);
  try {
    const report = await vault.verifyAudit(operator === undefined ? {} : { stream: natsAuditStream(operator) });
    console.log(`${report.entries} entries in ${report.chains} chains checked`);
    console.log(
      report.inStream === undefined
        ? 'the stream was not looked at: give --operator-credentials FILE'
        : `${report.inStream} entries in the stream compared`,
    );
    for (const { fault, chain, sequence } of report.findings.slice(0, MOST_SHOWN)) {
      console.log(`${fault}: entry ${sequence} of chain ${chain}`);
    }
    const found = report.findings.length;
    console.log(found === 0 ? 'nothing is missing or changed' : `${found} faults found`);
    return found === 0 ? 0 : 1;
  } finally {
    await operator?.close();
  }
};
