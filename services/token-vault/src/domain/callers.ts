import { PlatformError, type NatsUser } from '@trendpot/contracts';

/** Which of the vault's commands each service may use, whatever the servers in between let through. */
const ALLOWED = {
  exchange: ['auth-gateway'],
  revoke: ['auth-gateway'],
  status: ['auth-gateway', 'operator'],
  lease: ['ingestion', 'metrics-refresher'],
} as const satisfies Record<string, readonly NatsUser[]>;

export type VaultCommand = keyof typeof ALLOWED;

/** @throws PlatformError E_VAULT_CALLER_REFUSED, for an unproven identity as well */
export const checkCaller = (command: VaultCommand, caller: string | undefined): string => {
  const allowed: readonly string[] = ALLOWED[command];
  if (caller !== undefined && allowed.includes(caller)) return caller;
  throw new PlatformError('E_VAULT_CALLER_REFUSED', `${caller ?? 'an unknown caller'} may not use ${command}`);
};
