import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditEntry, auditHash, newAccountId, PlatformError } from '@trendpot/contracts';
import { ensureTopology, type Messaging } from '@trendpot/messaging';
import { bury as buryJob, CEILINGS, eventually, someSyncJob } from '@trendpot/testing';
import {
  connected,
  OPERATOR_TOKEN,
  startGateway,
  WEBHOOK_SECRET,
  type GatewayUnderTest,
} from '../../test/start-gateway.ts';

const PREVIOUS_SECRET = 'the_client_secret_before';

describe('operations over HTTP', () => {
  let gateway: GatewayUnderTest;
  let ingestion: Messaging;
  let operator: Messaging;

  beforeAll(async () => {
    gateway = await startGateway({
      TRENDPOT_SIGN_IN_RATE_PER_MIN: '1000',
      TRENDPOT_API_RATE_PER_MIN: '10000',
      TIKTOK_WEBHOOK_SECRET_PREVIOUS: PREVIOUS_SECRET,
      VAULT_AUDIT_RETENTION_DAYS: '90',
    });
    ingestion = await gateway.messagingOf('ingestion');
    const refresher = await gateway.messagingOf('metrics-refresher');
    const consumers = {
      'sync-first': { maxAckPending: 1 },
      'sync-page': { maxAckPending: 1 },
      refresh: { maxAckPending: 1 },
    };
    await Promise.all([
      ensureTopology(ingestion, 'ingestion', { ceilings: CEILINGS, consumers }),
      ensureTopology(refresher, 'metrics-refresher', { ceilings: CEILINGS, consumers }),
    ]);
    operator = await gateway.messagingOf('operator');
  }, 60_000);
  afterAll(() => gateway?.stop());

  const call = async (method: string, path: string, body?: unknown, token = OPERATOR_TOKEN) => {
    const response = await fetch(`${gateway.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  /** The audit as an auditor reads it, in the order of the stream. */
  const storedAudit = async (): Promise<AuditEntry[]> => {
    const { state } = await operator.manager.streams.info('TIKTOK_AUDIT');
    const numbers = Array.from({ length: state.messages }, (_, index) => state.first_seq + index);
    return Promise.all(
      numbers.map(async (seq) => {
        const message = await operator.manager.streams.getMessage('TIKTOK_AUDIT', { seq });
        return AuditEntry.parse(message?.json());
      }),
    );
  };

  describe('webhooks', () => {
    const send = (body: string, options: { secret?: string; at?: number } = {}) => {
      const at = options.at ?? Math.floor(Date.now() / 1000);
      const signature = createHmac('sha256', options.secret ?? WEBHOOK_SECRET)
        .update(`${at}.${body}`)
        .digest('hex');
      return fetch(`${gateway.url}/webhooks/tiktok`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'tiktok-signature': `t=${at},s=${signature}` },
        body,
      });
    };
    const removal = (openId: string, at = new Date()) =>
      JSON.stringify({
        client_key: 'aw-test-key',
        event: 'authorization.removed',
        create_time: Math.ceil(at.getTime() / 1000),
        user_openid: openId,
        content: '{"reason": 1 }',
      });
    const handled = (count: number) =>
      eventually(
        async () =>
          (await gateway.database.collections.webhooks.countDocuments({ dueAt: { $exists: false } })) >= count,
        { what: `${count} handled webhooks` },
      );
    const revocationsOf = (id: string) => gateway.vault.revocations.filter(({ accountId }) => accountId === id);

    it('ends the access when TikTok says that the creator ended it there, once however often it is told', async () => {
      const { accountId } = await connected(gateway, 'code-removed');
      const body = removal('open-code-removed');
      for (let delivery = 0; delivery < 3; delivery += 1) expect((await send(body)).status).toBe(200);
      await handled(1);
      expect(revocationsOf(accountId)).toHaveLength(1);
      expect(revocationsOf(accountId)[0]).toMatchObject({
        actor: { kind: 'tiktok', id: 'authorization.removed' },
        reason: 'authorization removed at TikTok: the creator disconnected in the app',
      });
      const stored = JSON.stringify(await gateway.database.collections.webhooks.find().toArray());
      expect(stored).not.toContain('open-code-removed');
    });

    it('accepts the client secret before a rotation, and no other', async () => {
      const body = removal('open-of-nobody');
      expect((await send(body, { secret: PREVIOUS_SECRET })).status).toBe(200);
      expect((await send(body, { secret: 'another_secret' })).status).toBe(401);
    });

    it('refuses a stale or missing signature', async () => {
      const body = removal('open-of-nobody-else');
      expect((await send(body, { at: Math.floor(Date.now() / 1000) - 3600 })).status).toBe(401);
      const unsigned = await fetch(`${gateway.url}/webhooks/tiktok`, { method: 'POST', body });
      expect(unsigned.status).toBe(401);
    });

    it('records other events and leaves the account alone', async () => {
      const { accountId } = await connected(gateway, 'code-published');
      const event = { ...JSON.parse(removal('open-code-published')), event: 'video.publish.completed' };
      const before = await gateway.database.collections.webhooks.countDocuments({ dueAt: { $exists: false } });
      expect((await send(JSON.stringify(event))).status).toBe(200);
      await handled(before + 1);
      expect(revocationsOf(accountId)).toEqual([]);
    });

    it('lets a removal that is older than the newest consent change nothing', async () => {
      const { accountId } = await connected(gateway, 'code-reconnected');
      const before = await gateway.database.collections.webhooks.countDocuments({ dueAt: { $exists: false } });
      await send(removal('open-code-reconnected', new Date(Date.now() - 60_000)));
      await handled(before + 1);
      expect(revocationsOf(accountId)).toEqual([]);
    });

    it('keeps a webhook whose handling failed, and tries again', async () => {
      const { accountId } = await connected(gateway, 'code-postponed');
      let refusals = 0;
      gateway.vault.beforeRevoke = async () => {
        refusals += 1;
        throw new PlatformError('E_UNAVAILABLE', 'the database of the vault is away');
      };
      expect((await send(removal('open-code-postponed'))).status).toBe(200);
      await eventually(() => refusals > 0, { what: 'the first attempt' });
      gateway.vault.beforeRevoke = async () => undefined;
      await eventually(
        async () => {
          await gateway.database.collections.webhooks.updateMany(
            { dueAt: { $exists: true }, attempts: { $gt: 0 } },
            { $set: { dueAt: new Date(0) } },
          );
          return (await gateway.database.collections.accounts.findOne({ _id: accountId }))?.state === 'revoked';
        },
        { withinMs: 25_000, everyMs: 500, what: 'the second attempt' },
      );
    }, 30_000);
  });

  describe('the operator API', () => {
    const bury = (accountId: string, code: string) =>
      buryJob(ingestion, someSyncJob(accountId, { mode: 'full', page: 3 }), { code });

    it('asks for the token', async () => {
      expect((await call('GET', '/operator/vault', undefined, 'wrong')).status).toBe(401);
      expect((await fetch(`${gateway.url}/operator/vault`)).status).toBe(401);
    });

    it('tells how much of the call budget is used', async () => {
      const { status, body } = await call('GET', '/operator/budget');
      expect(status).toBe(200);
      expect(body).toEqual({
        minute: { used: 0, ceiling: 100 },
        background: { used: 0, ceiling: 90 },
        day: { used: 0, ceiling: 5000 },
        inflight: { used: 0, ceiling: 5 },
      });
    });

    it('tells how the vault is', async () => {
      const { status, body } = await call('GET', '/operator/vault');
      expect([status, body['kms']]).toEqual([200, 'available']);
    });

    it('names the price of a resync before it is done, and does nothing in a dry run', async () => {
      const { accountId } = await connected(gateway, 'code-resync');
      await gateway.database.collections.accounts.updateOne({ _id: accountId }, { $set: { 'sync.videos': 137 } });
      const { body } = await call('POST', `/operator/accounts/${accountId}/resync`, { dryRun: true });
      expect(body).toMatchObject({ dryRun: true, price: { calls: 7 } });
      const queued = await ingestion.manager.streams.info('TIKTOK_SYNC');
      expect(queued.state.messages).toBe(0);

      const done = await call('POST', `/operator/accounts/${accountId}/resync`, { reason: 'support case 12' });
      expect(done).toMatchObject({ status: 200, body: { dryRun: false, jobId: expect.any(String) } });
      expect((await ingestion.manager.streams.info('TIKTOK_SYNC')).state.messages).toBe(1);
    });

    it('lists, shows, redrives and drops dead letters, with the price first', async () => {
      const accountId = newAccountId();
      await bury(accountId, 'E_TIKTOK_UNAVAILABLE');
      await bury(accountId, 'E_TIKTOK_REQUEST_REJECTED');
      const listed = await call('GET', `/operator/dead-letters?accountId=${accountId}`);
      const letters = listed.body['letters'] as { sequence: number; code: string; priceInCalls: number }[];
      expect(letters.map(({ code, priceInCalls }) => [code, priceInCalls])).toEqual([
        ['E_TIKTOK_UNAVAILABLE', 1],
        ['E_TIKTOK_REQUEST_REJECTED', 1],
      ]);
      expect((await call('GET', `/operator/dead-letters/${letters[0]?.sequence ?? 0}`)).body).toMatchObject({
        accountId,
      });
      expect((await call('GET', '/operator/dead-letters/999999')).status).toBe(404);

      const filter = { accountId, code: 'E_TIKTOK_UNAVAILABLE' };
      const dry = await call('POST', '/operator/dead-letters/redrive', { ...filter, dryRun: true });
      expect(dry.body).toMatchObject({
        dryRun: true,
        price: { calls: 1 },
        letters: [{ code: 'E_TIKTOK_UNAVAILABLE' }],
      });
      await call('POST', '/operator/dead-letters/redrive', filter);
      expect((await call('DELETE', '/operator/dead-letters', {})).status).toBe(400);
      const last = letters.map(({ sequence }) => sequence);
      const dropped = await call('DELETE', '/operator/dead-letters', { sequences: last });
      expect(dropped.body).toMatchObject({ letters: [{ sequence: last[1] }], price: { calls: 0 } });
      expect((await call('GET', `/operator/dead-letters?accountId=${accountId}`)).body).toEqual({ letters: [] });
    });

    it('disconnects in the name of the operator, with the reason', async () => {
      const { accountId } = await connected(gateway, 'code-operator');
      const { status } = await call('DELETE', `/operator/accounts/${accountId}`, { reason: 'court order 7' });
      expect(status).toBe(200);
      expect(gateway.vault.revocations.at(-1)).toMatchObject({
        accountId,
        actor: { kind: 'operator', id: 'operator-token' },
        reason: 'court order 7',
      });
    });

    it('has every entry in the database as well, noted as published', async () => {
      const { auditLogs, auditChains } = gateway.database.collections;
      const stored = await auditLogs.find({}, { projection: { _id: 0 }, sort: { sequence: 1 } }).toArray();
      expect(stored).toEqual(await storedAudit());
      expect(stored.length).toBeGreaterThan(8);
      const chains = await auditChains.find().toArray();
      expect(chains).toMatchObject([{ service: 'auth-gateway', published: stored.length }]);
    });

    it('keeps the audit stream for as long as is set', async () => {
      const { config } = await operator.manager.streams.info('TIKTOK_AUDIT');
      expect(config.max_age).toBe(90 * 86_400_000 * 1e6);
    });

    it('records every command in a chain that fits together', async () => {
      const audit = await storedAudit();
      const commands = audit.filter(({ action }) => action === 'operator.command');
      expect(commands.map(({ operation }) => operation)).toEqual([
        'account.resync.asked',
        'account.resync.ended',
        'dead-letters.redrive.asked',
        'dead-letters.redrive.ended',
        'dead-letters.drop.asked',
        'dead-letters.drop.ended',
        'account.disconnect.asked',
        'account.disconnect.ended',
      ]);
      expect(commands[0]).toMatchObject({ reason: 'support case 12', actor: { kind: 'operator' }, outcome: 'done' });
      audit.forEach((entry, index) => {
        expect(entry.hash).toBe(auditHash(entry));
        expect(entry.sequence).toBe(index + 1);
        if (index > 0) expect(entry.previousHash).toBe(audit[index - 1]?.hash);
      });
    });
  });

  it('describes no route of the API that is not there', async () => {
    const document = (await (await fetch(`${gateway.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of Object.keys(operations)) {
        const address = path.replace('{accountId}', newAccountId()).replace(/\{\w+\}/g, '123456');
        const headers = { 'sec-fetch-site': 'same-origin' };
        const answer = await fetch(`${gateway.url}${address}`, { method: method.toUpperCase(), headers });
        // Every one of them is behind a session, a token or a signature; a route that is not there says 404.
        expect([method, path, answer.status]).toEqual([method, path, 401]);
      }
    }
  });
});
