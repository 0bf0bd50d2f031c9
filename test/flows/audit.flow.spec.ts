import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditHash, failedSubject, newMessageId, type AuditEntry } from '@trendpot/contracts';
import { REPOSITORY } from '@trendpot/local-platform';
import { connectMessaging, publish } from '@trendpot/messaging';
import { findAuditEntries, type AuditQuery } from '@trendpot/persistence';
import { secret } from '@trendpot/secrets';
import { eventually, startTestPlatform, type TestPlatform } from '@trendpot/testing';

const OPERATOR_TOKEN = 'operator-token-of-the-audit-flow-test';
const VAULT = join(REPOSITORY, 'services/token-vault/dist/cli/main.js');
const JOBS = join(REPOSITORY, 'deploy/local/src/jobs/main.ts');

let test: TestPlatform;

const run = (parameters: readonly string[], environment: NodeJS.ProcessEnv) =>
  new Promise<{ status: number; output: string }>((resolve) => {
    const env = { PATH: process.env['PATH'], NATS_URL: test.platform.backing.natsUrl, ...environment };
    execFile(process.execPath, [...parameters], { env, timeout: 60_000 }, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 137;
      resolve({ status, output: `${stdout}${stderr}` });
    });
  });

const operatorKey = (): string => test.platform.backing.users.credentialsFileOf('operator');

const verify = () =>
  run([VAULT, 'audit', 'verify', '--operator-credentials', operatorKey()], {
    MONGODB_URI: test.platform.backing.mongoUri,
    AWS_ENDPOINT_URL_KMS: test.platform.backing.kmsEndpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    TIKTOK_TOKEN_ENC_KEY_ID: test.platform.backing.keyId,
    TIKTOK_CLIENT_KEY: 'not-used-here',
    TIKTOK_CLIENT_SECRET: 'not-used-here',
  });

const operator = async (path: string, body: unknown): Promise<void> => {
  const answer = await fetch(`${test.platform.gatewayUrl}/operator${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${OPERATOR_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
};

/** A dead letter that holds nothing to try again, dropped at a terminal. */
const dropAtTerminal = async (accountId: string): Promise<void> => {
  const { natsUrl } = test.platform.backing;
  const seed = secret(test.platform.natsSeedOf('ingestion') ?? '');
  const ingestion = await connectMessaging({ url: natsUrl, user: 'ingestion', seed });
  await publish(ingestion, { subject: failedSubject('sync', accountId), body: '?', messageId: newMessageId() });
  await ingestion.close();
  const parameters = ['--conditions=@trendpot/source', JOBS, 'drop', '--all'];
  expect(await run(parameters, { NATS_CREDENTIALS_FILE: operatorKey() })).toMatchObject({ status: 0 });
};

const webhookFor = async (creator: string, accountId: string): Promise<void> => {
  const target = `${test.platform.gatewayUrl}/webhooks/tiktok`;
  await test.tiktok.post('/webhooks', { target, creator, content: { reason: 1 }, deliveries: 1 });
  await test.untilState(accountId, 'revoked');
  await eventually(
    () => test.collections.auditLogs.findOne({ entries: { $elemMatch: { accountId, action: 'webhook.received' } } }),
    {
      what: 'the record of the webhook',
    },
  );
};

const connected = async (handle: string) => {
  await test.tiktok.post('/creators', { handle, videos: 25 });
  const creator = await test.connect({ creator: handle });
  await test.untilState(creator.accountId, 'healthy');
  return creator;
};

beforeAll(async () => {
  test = await startTestPlatform({ settings: { 'auth-gateway': { TRENDPOT_OPERATOR_TOKEN: OPERATOR_TOKEN } } });
  const [stayer, gone] = [await connected('stayer'), await connected('gone')];
  await operator(`/accounts/${stayer.accountId}/resync`, { reason: 'a look' });
  await dropAtTerminal(stayer.accountId);
  await webhookFor('gone', gone.accountId);
  expect((await stayer.api.disconnect(stayer.accountId, 'moving on')).status).toBe(200);
  // What nobody has published yet, nobody can be held to.
  await eventually(async () => {
    const chains = await test.collections.auditChains.find({ service: 'token-vault' }).toArray();
    const ends = chains.map(({ _id, published }) => ({ chain: _id, first: { $gt: published } }));
    return (await test.collections.auditLogs.countDocuments({ $or: ends })) === 0;
  });
}, 150_000);
afterAll(() => test?.stop(), 60_000);

describe('the audit of everything that was done', () => {
  it('is whole in the database and in the stream, whoever did it', async () => {
    const { status, output } = await verify();
    expect(output).toMatch(/\d+ entries in the stream compared/);
    expect(output).toContain('nothing is missing or changed');
    expect(status).toBe(0);
  }, 90_000);

  it('has what the gateway did before and after it, linked in a chain', async () => {
    const ofGateway = await Array.fromAsync(findAuditEntries(test.collections, { caller: 'auth-gateway' }));
    const entries = ofGateway.filter(({ chain }) => chain.startsWith('auth-gateway.'));
    expect(entries.map(({ operation }) => operation)).toEqual([
      'account.resync.asked',
      'account.resync.ended',
      'authorization.removed',
    ]);
  });
});

/** Changes what is stored; resolves with what undoes it. */
type Tampering = () => Promise<() => Promise<unknown>>;

const removing = async (filter: { chain: string; first?: number }): Promise<() => Promise<unknown>> => {
  const removed = await test.collections.auditLogs.find(filter).toArray();
  expect(removed.length).toBeGreaterThan(0);
  await test.collections.auditLogs.deleteMany(filter);
  return () => test.collections.auditLogs.insertMany(removed);
};
const lastOf = async (query: AuditQuery): Promise<AuditEntry> => {
  const found = (await Array.fromAsync(findAuditEntries(test.collections, query))).at(-1);
  if (found === undefined) throw new Error('there is no such entry');
  return found;
};

const TAMPERINGS: readonly [string, Tampering, RegExp][] = [
  [
    'an operator’s command was removed',
    async () => removing({ chain: (await lastOf({ action: 'operator.command' })).chain, first: 1 }),
    /missing: entry 1 of chain auth-gateway\./,
  ],
  [
    'a webhook was rewritten so that its chain fits together',
    async () => {
      const webhook = await lastOf({ action: 'webhook.received' });
      const { hash: _former, ...forged } = { ...webhook, cause: 'no-account' };
      const place = { _id: `${webhook.chain}:${webhook.sequence}` };
      const original = await test.collections.auditLogs.findOne(place);
      await test.collections.auditLogs.updateOne(place, {
        $set: { 'entries.0.cause': forged.cause, 'entries.0.hash': auditHash(forged) },
      });
      return () => test.collections.auditLogs.replaceOne(place, original!);
    },
    /differs-from-stream: entry 3 of chain auth-gateway\./,
  ],
  [
    'a disconnect was removed from the end of its chain, with all that came before it',
    async () => {
      const { chain } = await lastOf({ action: 'account.disconnect' });
      return removing({ chain });
    },
    /missing: entr(y 1|ies 1 to \d+) of chain token-vault\./,
  ],
  [
    'openings were passed off as removed by retention',
    async () => {
      const { chain, sequence, hash } = await lastOf({ action: 'token.decrypt', outcome: 'done' });
      const restore = await removing({ chain });
      const removed = { sequence, hash, at: new Date(0) };
      await test.collections.auditChains.updateOne({ _id: chain }, { $set: { removed } });
      return async () => {
        await restore();
        await test.collections.auditChains.updateOne({ _id: chain }, { $unset: { removed: 1 } });
      };
    },
    /missing: entries 1 to \d+ of chain token-vault\./,
  ],
];

describe('verifying it finds that', () => {
  it.each(TAMPERINGS)(
    '%s',
    async (_what, tamper, finding) => {
      const restore = await tamper();
      const tampered = await verify();
      await restore();
      expect(tampered.output).toMatch(finding);
      expect(tampered.status).toBe(1);
      expect(await verify()).toMatchObject({ status: 0 });
    },
    120_000,
  );
});
