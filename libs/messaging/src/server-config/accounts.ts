import { HOPS, NATS_USERS, natsAccountOf, type NatsUser } from '@trendpot/contracts';
import { callerMappingOf } from '../caller-directory.ts';
import { permissionsOf, type UserPermissions } from './permissions.ts';

interface ServiceExport {
  readonly service: string;
  readonly accounts: readonly string[];
}
interface ServiceImport {
  readonly service: { readonly account: string; readonly subject: string };
  readonly share?: true;
}
interface Account {
  readonly users: readonly { readonly nkey: string; readonly permissions: UserPermissions }[];
  readonly jetstream?: 'enabled';
  readonly exports: readonly ServiceExport[];
  readonly imports: readonly ServiceImport[];
  readonly mappings?: Readonly<Record<string, string>>;
}

/** The part of the server's configuration that is ours, as plain data: valid as JSON, YAML and NATS configuration. */
export interface NatsAccounts {
  readonly accounts: { readonly SYS: Record<string, never>; readonly PLATFORM: Account; readonly VAULT: Account };
  readonly system_account: 'SYS';
}

const unique = (subjects: readonly string[]): string[] => [...new Set(subjects)].sort();

/** The vault's commands: all it exports. */
const commands = unique(
  HOPS.filter(({ kind, to }) => kind === 'request' && to.includes('token-vault')).map(({ subject }) => subject),
);

/** What the vault publishes into streams of the platform; exported to the vault's account and no other. */
const publications = unique(
  HOPS.filter(({ kind, from }) => kind !== 'request' && from === 'token-vault').map(({ subject }) => subject),
);

export const natsAccounts = (publicKeys: Readonly<Record<NatsUser, string>>): NatsAccounts => {
  const usersOf = (account: 'PLATFORM' | 'VAULT'): Account['users'] =>
    NATS_USERS.filter((user) => natsAccountOf(user) === account).map((user) => ({
      nkey: publicKeys[user],
      permissions: permissionsOf(user),
    }));
  return {
    accounts: {
      SYS: {},
      PLATFORM: {
        jetstream: 'enabled',
        users: usersOf('PLATFORM'),
        exports: publications.map((service) => ({ service, accounts: ['VAULT'] })),
        // `share` makes the server write who asked on every command.
        imports: commands.map((subject) => ({ service: { account: 'VAULT', subject }, share: true })),
      },
      VAULT: {
        users: usersOf('VAULT'),
        exports: commands.map((service) => ({ service, accounts: ['PLATFORM'] })),
        imports: publications.map((subject) => ({ service: { account: 'PLATFORM', subject } })),
        mappings: Object.fromEntries(NATS_USERS.map((user) => callerMappingOf(user, publicKeys[user]))),
      },
    },
    system_account: 'SYS',
  };
};
