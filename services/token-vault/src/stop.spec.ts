import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DEFAULT_CLIENT } from '@trendpot/fake-tiktok';
import { ensureTopology } from '@trendpot/messaging';
import { CEILINGS, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { runVaultService } from '../test/run-vault-service.ts';
import { revokeRequest, startVaultLab, type VaultLab } from '../test/vault-lab.ts';

jest.setTimeout(60_000);

/** Longer than other steps of a stop are waited for, and not as long as a call to TikTok may take. */
const SLOW_MS = 6_000;

const stack = new AsyncDisposableStack();
let lab: VaultLab;
let nats: PlatformNats;
beforeAll(async () => {
  lab = stack.use(await startVaultLab());
  nats = stack.use(await startPlatformNats());
  await ensureTopology(await nats.connect('auth-gateway'), 'auth-gateway', {});
  await ensureTopology(await nats.connect('ingestion'), 'ingestion', { ceilings: CEILINGS });
});
afterAll(() => stack.disposeAsync());

/** A disconnect that TikTok could not be told of yet, and for which a new pair is needed first. */
const pendingWithStalePair = async (): Promise<string> => {
  const vault = lab.replica();
  const accountId = await lab.connect(vault);
  await lab.tiktok.post('/fail-next', { route: '/v2/oauth/revoke/', what: 'error', status: 503 });
  await vault.disconnectAccount(revokeRequest(accountId), 'auth-gateway');
  const stale = { dueAt: new Date(0), 'credential.accessTokenExpiresAt': new Date(0) };
  await lab.database.collections.pendingRevocations.updateOne({ _id: accountId }, { $set: stale });
  return accountId;
};

describe('a vault that is stopped while TikTok takes its time over a refresh', () => {
  it('waits for the pair, which nobody could get again, and ends the grant with it', async () => {
    const accountId = await pendingWithStalePair();
    await lab.tiktok.post('/hold-next', { route: '/v2/oauth/token/', id: 'slow', place: 'after' });
    const service = await runVaultService(lab, nats, {
      TIKTOK_CLIENT_SECRET: DEFAULT_CLIENT.secrets[0] ?? '',
      TIKTOK_TOKEN_ENC_KEY_ID: lab.kmsKeyId,
    });
    await service.ready;
    expect(await lab.tiktok.get('/held/slow')).toEqual({ held: true });
    const stopped = service.stop();
    await delay(SLOW_MS);
    await lab.tiktok.post('/release/slow');
    await stopped;
    const account = await lab.database.collections.accounts.findOne({ _id: accountId });
    expect(account?.revocation?.atTikTok).toBe('revoked');
    expect(await lab.database.collections.pendingRevocations.countDocuments({ _id: accountId })).toBe(0);
  });
});
