import type { NatsUser } from '@trendpot/contracts';
import { natsAccounts } from './accounts.ts';

export interface NatsServerConfigOptions {
  readonly publicKeys: Readonly<Record<NatsUser, string>>;
  readonly host: string;
  readonly port: number;
  readonly storeDir: string;
  /** More lines of NATS configuration, put last. */
  readonly extra?: string;
}

/**
 * The whole configuration of a server: accounts, one user with its rights per service, and every acknowledged message
 * synced to disk (the default may lose two minutes of them in a power failure).
 */
export const natsServerConfig = (options: NatsServerConfigOptions): string => {
  const { accounts, system_account } = natsAccounts(options.publicKeys);
  return [
    `host: ${JSON.stringify(options.host)}`,
    `port: ${options.port}`,
    `jetstream { store_dir: ${JSON.stringify(options.storeDir)}, sync_interval: always }`,
    // The default of two seconds turns a busy machine's services away.
    'authorization { timeout: 10 }',
    `accounts: ${JSON.stringify(accounts, null, 2)}`,
    `system_account: ${system_account}`,
    ...(options.extra === undefined ? [] : [options.extra]),
    '',
  ].join('\n');
};
