import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ConfigurationFault } from '@trendpot/config';
import { ExchangeReply, SUBJECT, type ExchangeResult } from '@trendpot/contracts';
import { DEFAULT_CLIENT } from '@trendpot/fake-tiktok';
import { ensureTopology, request, type Messaging } from '@trendpot/messaging';
import type { RunningService } from '@trendpot/nest-kit';
import { CEILINGS, eventually, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { runVaultService } from '../test/run-vault-service.ts';
import { exchangeRequest, startVaultLab, type VaultLab } from '../test/vault-lab.ts';

jest.setTimeout(60_000);

const OLD = 'the-client-secret-of-today';
const NEW = 'the-client-secret-of-tomorrow';
const ACCOUNTS = 6;

let folder: string;
let lab: VaultLab;
let nats: PlatformNats;
let gateway: Messaging;
let keyId: string;
let service: RunningService;

const run = (settings: Record<string, string> = {}): Promise<RunningService> =>
  runVaultService(lab, nats, {
    TIKTOK_TOKEN_ENC_KEY_ID: keyId,
    TIKTOK_TOKEN_ENC_PREVIOUS_KEY_IDS: lab.kmsKeyId,
    TIKTOK_CLIENT_SECRET_FILE: join(folder, 'secret'),
    VAULT_REWRAP_IN_BACKGROUND: 'true',
    ...settings,
  });

/** As a secret store does it: whole, at one moment. */
const holdSecrets = async (...values: readonly string[]): Promise<void> => {
  await writeFile(join(folder, 'next'), values.join('\n'), { mode: 0o600 });
  await rename(join(folder, 'next'), join(folder, 'secret'));
};
const tiktokKnows = (...secrets: readonly string[]): Promise<unknown> =>
  lab.tiktok.post('/clients', { key: DEFAULT_CLIENT.key, secrets, redirectUris: [] });

const gauge = async (line: string): Promise<boolean> =>
  (await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text()).includes(`\n${line}\n`);

const exchange = async (): Promise<ExchangeResult> => {
  const payload = exchangeRequest((await lab.consent()).code);
  return request(gateway, { subject: SUBJECT.vaultExchange, payload, reply: ExchangeReply, timeoutMs: 20_000 });
};

beforeAll(async () => {
  [folder, lab, nats] = await Promise.all([
    mkdtemp(join(tmpdir(), 'token-vault-')),
    startVaultLab(),
    startPlatformNats(),
  ]);
  gateway = await nats.connect('auth-gateway');
  const ingestion = await nats.connect('ingestion');
  await Promise.all([
    ensureTopology(gateway, 'auth-gateway', {}),
    ensureTopology(ingestion, 'ingestion', { ceilings: CEILINGS }),
  ]);
  for (let index = 0; index < ACCOUNTS; index += 1) await lab.connect(lab.replica());
  keyId = await lab.createKey();
  await holdSecrets(OLD);
  await tiktokKnows(OLD);
  // The vaults that connected these accounts have ended long ago.
  await lab.database.collections.auditChains.updateMany({}, { $set: { seenAt: new Date(0) } });
  service = await run();
  await service.ready;
}, 120_000);
afterAll(async () => {
  await service?.stop();
  await nats?.stop();
  await lab?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

describe('token-vault on real servers', () => {
  it('moves credentials to the current key by itself when it is told to, and its metrics say when the old one may go', async () => {
    const { accounts } = lab.database.collections;
    const moved = () => accounts.countDocuments({ 'credential.keyId': keyId });
    await eventually(async () => (await moved()) === ACCOUNTS, { withinMs: 30_000, what: 'every credential moving' });
    const [key, oldKey] = [keyId, lab.kmsKeyId].map((arn) => arn.split('/').at(-1));
    expect(await gauge(`tiktok_vault_key_credentials{key="${key}"} ${ACCOUNTS}`)).toBe(true);
    expect(await gauge(`tiktok_vault_key_writers{key="${key}"} 1`)).toBe(true);
    expect(await gauge(`tiktok_vault_key_retirable{key="${oldKey}"} 1`)).toBe(true);
  });

  it('goes on through a rotation of the client secret, without a restart', async () => {
    expect((await exchange()).state).toBe('connected');
    await holdSecrets(NEW, OLD);
    expect((await exchange()).state).toBe('connected');
    await tiktokKnows(NEW);
    await eventually(async () => (await exchange()).state === 'connected', { what: 'an exchange with the new secret' });
    await holdSecrets(NEW);
    expect((await exchange()).state).toBe('connected');
  });

  it('does not start with a file of client secrets that is not there, and names the setting', async () => {
    const other = await run({ TIKTOK_CLIENT_SECRET_FILE: join(folder, 'nowhere') });
    const fault = 'TIKTOK_CLIENT_SECRET_FILE names a file that cannot be read or holds no usable secret';
    await expect(other.ready).rejects.toThrow(new ConfigurationFault([fault]));
    await other.stop();
  });
});
