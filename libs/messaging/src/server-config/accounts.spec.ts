import { describe, expect, it } from '@jest/globals';
import { NATS_USERS, type NatsUser } from '@trendpot/contracts';
import { natsAccounts } from './accounts.ts';

const publicKeys = Object.fromEntries(NATS_USERS.map((user) => [user, `key of ${user}`])) as Record<NatsUser, string>;

describe('what the account of the vault exports', () => {
  const { VAULT, PLATFORM } = natsAccounts(publicKeys).accounts;

  it('is its four commands, to the platform alone', () => {
    const commands = ['exchange', 'lease', 'revoke', 'status'].map((name) => `tiktok.vault.${name}`);
    expect(VAULT.exports).toEqual(commands.map((service) => ({ service, accounts: ['PLATFORM'] })));
  });

  it('is what the platform imports, with who asks on every command, and nothing else', () => {
    const imported = VAULT.exports.map(({ service: subject }) => ({
      service: { account: 'VAULT', subject },
      share: true,
    }));
    expect(PLATFORM.imports).toEqual(imported);
  });
});
