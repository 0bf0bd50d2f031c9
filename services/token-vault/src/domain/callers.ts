import { HOPS, PlatformError, SUBJECT } from '@trendpot/contracts';

const callersOf = (subject: string): ReadonlySet<string> =>
  new Set(HOPS.filter((hop) => hop.kind === 'request' && hop.subject === subject).map(({ from }) => from));

/** Which services may use each of the vault's commands, whatever the servers in between let through. */
const ALLOWED = {
  exchange: callersOf(SUBJECT.vaultExchange),
  revoke: callersOf(SUBJECT.vaultRevoke),
  status: callersOf(SUBJECT.vaultStatus),
  lease: callersOf(SUBJECT.vaultLease),
} as const;

export type VaultCommand = keyof typeof ALLOWED;

/** @throws PlatformError E_VAULT_CALLER_REFUSED, for an unproven identity as well */
export const checkCaller = (command: VaultCommand, caller: string | undefined): string => {
  if (caller !== undefined && ALLOWED[command].has(caller)) return caller;
  throw new PlatformError('E_VAULT_CALLER_REFUSED', `${caller ?? 'an unknown caller'} may not use ${command}`);
};
