import { describe, expect, it } from '@jest/globals';
import { checkCaller, type VaultCommand } from './callers.ts';

const CALLERS: Record<VaultCommand, readonly string[]> = {
  exchange: ['auth-gateway'],
  revoke: ['auth-gateway'],
  status: ['auth-gateway'],
  lease: ['ingestion', 'metrics-refresher'],
};
const ANYBODY = [
  ...['auth-gateway', 'ingestion', 'metrics-refresher', 'embed-sanitizer', 'token-vault', 'operator', 'subscriber'],
  ...['a-stranger', '', undefined],
];

describe.each(Object.entries(CALLERS) as [VaultCommand, readonly string[]][])('the command %s', (command, callers) => {
  it(`is for ${callers.join(' and ')}, and refused to anybody else`, () => {
    const refused = ANYBODY.filter((caller) => {
      try {
        return checkCaller(command, caller) !== caller;
      } catch (error) {
        expect(error).toMatchObject({ code: 'E_VAULT_CALLER_REFUSED' });
        return true;
      }
    });
    expect(refused).toEqual(ANYBODY.filter((caller) => caller === undefined || !callers.includes(caller)));
  });
});
