import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REPOSITORY, startKms, startMongod, startNatsServer, startPlatform } from '@trendpot/local-platform';
import { startTestPlatform } from '@trendpot/testing';

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trendpot-given-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('servers that the environment names', () => {
  it('are used: a NATS with the accounts that npm run nats-config wrote, a MongoDB, a KMS endpoint', async () => {
    const main = join('deploy', 'local', 'src', 'nats-config', 'main.ts');
    const { stdout } = await run(process.execPath, ['--conditions=@trendpot/source', main, '--out', folder], {
      cwd: REPOSITORY,
    });
    await using nats = await startNatsServer({ config: await readFile(stdout.trim(), 'utf8') });
    await using mongod = await startMongod();
    await using kms = await startKms();
    await using test = await startTestPlatform({
      environment: {
        NATS_URL: nats.url,
        NATS_CREDENTIALS_DIRECTORY: folder,
        MONGODB_URI: mongod.uri,
        AWS_ENDPOINT_URL_KMS: kms.endpoint,
        AWS_ACCESS_KEY_ID: 'given',
        AWS_SECRET_ACCESS_KEY: 'given',
        TIKTOK_TOKEN_ENC_KEY_ID: kms.keyId,
      },
    });
    const { backing } = test.platform;
    expect([backing.nats, backing.mongod, backing.natsUrl]).toEqual([undefined, undefined, nats.url]);
    const { accountId } = await test.connect({ creator: 'none' });
    await test.untilState(accountId, 'healthy');
  }, 120_000);

  it('must be complete: a NATS without its keys is refused with the way to make them', async () => {
    await expect(startPlatform({ environment: { NATS_URL: 'nats://127.0.0.1:4222' } })).rejects.toThrow(/nats-config/);
  }, 60_000);
});
