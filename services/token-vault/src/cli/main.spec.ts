import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { auditHash, type AuditEntry } from '@trendpot/contracts';
import { DEFAULT_CLIENT } from '@trendpot/fake-tiktok';
import { eventually } from '@trendpot/testing';
import { leaseToken, startVaultLab, type VaultLab } from '../../test/vault-lab.ts';

// Each command is a process of its own, and starts as slowly as the machine is busy.
jest.setTimeout(60_000);

let lab: VaultLab;
let keyId: string;
beforeAll(async () => {
  lab = await startVaultLab();
  keyId = await lab.createKey();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

const start = (parameters: readonly string[], settings: NodeJS.ProcessEnv = {}) => {
  const environment = {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    MONGODB_URI: lab.mongoUri,
    AWS_ENDPOINT_URL_KMS: lab.kms.endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    TIKTOK_TOKEN_ENC_KEY_ID: keyId,
    TIKTOK_TOKEN_ENC_PREVIOUS_KEY_IDS: lab.kmsKeyId,
    TIKTOK_CLIENT_KEY: DEFAULT_CLIENT.key,
    TIKTOK_CLIENT_SECRET: 'not-used-here',
    VAULT_KMS_TIMEOUT_MS: '20000',
    ...settings,
  };
  const child = spawn(process.execPath, ['--conditions=@trendpot/source', MAIN, ...parameters], { env: environment });
  let output = '';
  const collect = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, ended, output: () => output };
};

const run = async (...given: Parameters<typeof start>) => {
  const { ended, output } = start(...given);
  return { status: await ended, output: output() };
};

describe('vault rewrap', () => {
  it('may be killed, goes on where it was, shows progress and says when the old key is safe to retire', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 30; index += 1) ids.push(await lab.connect(lab.replica()));
    const onNewKey = () => lab.database.collections.accounts.countDocuments({ 'credential.keyId': keyId });

    const killed = start(['rewrap', '--rate', '20', '--at-once', '1']);
    await eventually(async () => (await onNewKey()) > 3, { withinMs: 30_000 });
    // Other processes know of this one: they leave its audit to it while it is alive, and take over when it is gone.
    const presence = { _id: { $regex: '^token-vault\\.[0-9a-f]+$' }, keyId };
    expect(await lab.database.collections.auditChains.countDocuments(presence)).toBe(1);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(killed.output()).toContain('0 of 30 on key');
    const moved = await onNewKey();
    expect(moved).toBeLessThan(30);

    const { status, output } = await run(['rewrap', '--rate', '1000']);
    expect(output).toContain(`${moved} of 30 on key`);
    expect(output).toMatch(/still needed by \d+ accounts/);
    expect(output).toContain('30 of 30 on key');
    expect(output).toContain(`${30 - moved} re-wrapped`);
    // The lab's own vaults were alive a moment ago, under the old key.
    expect(output).toContain(`keep key ${lab.kmsKeyId}: a vault process that seals under it was alive`);
    expect(status).toBe(0);

    await lab.database.collections.auditChains.updateMany({}, { $set: { seenAt: new Date(0) } });
    expect((await run(['status'])).output).toContain(`safe to retire key ${lab.kmsKeyId}`);
    const keyRing = { currentKeyId: keyId, previousKeyIds: [] };
    expect((await leaseToken(lab.replica({ keyRing }), ids[0] ?? '')).generation).toBe(1);
  }, 120_000);
});

describe('vault audit', () => {
  it('verify ends with 0 when nothing is missing, and with 1 and the place when something is', async () => {
    const clean = await run(['audit', 'verify']);
    expect(clean).toMatchObject({ status: 0, output: expect.stringContaining('nothing is missing or changed') });
    const { auditLogs } = lab.database.collections;
    const entry = (await auditLogs.findOne({ first: 2 }))!;
    await auditLogs.updateOne({ _id: entry._id }, { $set: { 'entries.0.outcome': 'refused' } });
    const tampered = await run(['audit', 'verify']);
    expect(tampered.status).toBe(1);
    expect(tampered.output).toContain(`changed: entry 2 of chain ${entry.chain}`);
  });

  it('lists what is on record of an account, the oldest first, and needs to be told of which', async () => {
    const vault = lab.replica();
    const accountId = await lab.connect(vault);
    await leaseToken(vault, accountId);
    const { status, output } = await run(['audit', 'list', '--account', accountId]);
    const entries = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as AuditEntry);
    expect(entries.map(({ action }) => action)).toEqual(['token.exchange', 'token.decrypt']);
    expect(entries.every((entry) => auditHash(entry) === entry.hash)).toBe(true);
    expect(status).toBe(0);
    expect(await run(['audit', 'list'])).toMatchObject({ status: 64, output: expect.stringContaining('--account') });
  });

  it('verify ends with 64 when the stream is to be looked at and nobody said where it is', async () => {
    const { status, output } = await run(['audit', 'verify', '--operator-credentials', MAIN], { NATS_URL: ' ' });
    expect(status).toBe(64);
    expect(output).toContain('--operator-credentials needs NATS_URL');
    expect(output).not.toContain('nothing is missing');
  });

  it('verify ends with 78 when the credentials cannot be read', async () => {
    const flags = ['--operator-credentials', `${MAIN}.missing`];
    const { status } = await run(['audit', 'verify', ...flags], { NATS_URL: 'nats://127.0.0.1:1' });
    expect(status).toBe(78);
  });
});

describe('vault', () => {
  it.each([[], ['fly'], ['audit'], ['toString'], ['constructor']])(
    'without a command it knows (%s) names those it does in one line and ends with 64',
    async (...parameters) => {
      const known = 'rewrap, audit verify, audit list, status';
      const output = `vault: the command must be one of: ${known}; --help says more\n`;
      expect(await run(parameters)).toEqual({ status: 64, output });
    },
  );

  it('tells of its commands, flags and exit codes when asked', async () => {
    const { status, output } = await run(['--help']);
    expect(status).toBe(0);
    expect(output).toMatch(/rewrap[^]+--rate N[^]+130 interrupted/);
  });

  it('with a flag that makes no sense says so in one line, does nothing and ends with 64', async () => {
    const { status, output } = await run(['rewrap', '--rate', 'abc']);
    expect({ status, output }).toEqual({ status: 64, output: 'vault: --rate takes a whole number from 1 to 10000\n' });
  });

  it('with unusable settings names them, never a value, and ends with 78', async () => {
    const { status, output } = await run(['status'], { TIKTOK_TOKEN_ENC_KEY_ID: 'alias/secret-name' });
    expect(status).toBe(78);
    expect(output).toContain('TIKTOK_TOKEN_ENC_KEY_ID names a key that cannot be used');
    expect(output).not.toContain('secret-name');
    const missing = await run(['status'], { TIKTOK_TOKEN_ENC_KEY_ID: '', MONGODB_URI: lab.mongoUri });
    expect(missing).toMatchObject({ status: 78, output: expect.stringContaining('TIKTOK_TOKEN_ENC_KEY_ID') });
  });
});
