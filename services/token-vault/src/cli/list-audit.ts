import type { AuditEntry } from '@trendpot/contracts';
import { findAuditEntries } from '@trendpot/persistence';
import { WrongUsage } from './flags.ts';
import type { OpenVault } from './open-vault.ts';

export interface ListFlags {
  readonly account: string | undefined;
  readonly request: string | undefined;
}

const oldestFirst = (left: AuditEntry, right: AuditEntry): number => left.at.localeCompare(right.at);

/** What is on record of one account or of one request: an entry a line as JSON, the oldest first, of every chain. */
export const listAudit = async ({ database }: OpenVault, { account, request }: ListFlags): Promise<number> => {
  if (account === undefined && request === undefined) {
    throw new WrongUsage('audit list takes --account ID, --request ID or both');
  }
  const query = {
    ...(account === undefined ? {} : { accountId: account }),
    ...(request === undefined ? {} : { requestId: request }),
  };
  const entries = await Array.fromAsync(findAuditEntries(database.collections, query));
  for (const entry of entries.sort(oldestFirst)) console.log(JSON.stringify(entry));
  return 0;
};
