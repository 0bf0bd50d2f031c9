import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newRequestId } from '@trendpot/contracts';
import {
  leaseToken,
  revokeRequest,
  startVaultLab,
  type Replica,
  type VaultLab,
} from '../../services/token-vault/test/vault-lab.ts';

jest.setTimeout(60_000);

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

const COMMANDS = {
  lease: (vault, accountId) => leaseToken(vault, accountId),
  disconnect: (vault, accountId) => vault.disconnectAccount(revokeRequest(accountId), 'auth-gateway'),
  status: (vault, accountId) =>
    vault.reportStatus({ version: 1, requestId: newRequestId(), accountId }, 'auth-gateway'),
} satisfies Record<string, (vault: Replica, accountId: string) => Promise<unknown>>;

describe('while the database is away', () => {
  it('whoever asks the vault is told that it is an outage of ours, which uses up no attempt of a job', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    await lab.mongod.kill();
    const refusals = await Promise.all(
      Object.entries(COMMANDS).map(async ([command, ask]) => {
        const answer: unknown = await ask(vault, accountId).catch((error: unknown) => error);
        return [command, answer] as const;
      }),
    );
    await lab.mongod.restart();
    const outage = expect.objectContaining({ code: 'E_UNAVAILABLE', verdict: 'backoff' });
    expect(Object.fromEntries(refusals)).toEqual({
      lease: outage,
      disconnect: outage,
      status: outage,
    });
    expect((await leaseToken(vault, accountId)).generation).toBe(1);
  });
});
