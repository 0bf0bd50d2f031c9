import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditHash, newAccountId } from '@trendpot/contracts';
import { ensureTopology, type Messaging } from '@trendpot/messaging';
import { findAuditEntries } from '@trendpot/persistence';
import { bury as buryJob, CEILINGS, someSyncJob } from '@trendpot/testing';
import { connected, OPERATOR_TOKEN, startGateway, type GatewayUnderTest } from '../../test/start-gateway.ts';
import { storedAudit } from '../../test/stored-audit.ts';

describe('the operator API', () => {
  let gateway: GatewayUnderTest;
  let ingestion: Messaging;
  let operator: Messaging;
  let beforeCeilings: Awaited<ReturnType<typeof call>>;
  beforeAll(async () => {
    gateway = await startGateway({
      TRENDPOT_SIGN_IN_RATE_PER_MIN: '1000',
      TRENDPOT_API_RATE_PER_MIN: '10000',
      VAULT_AUDIT_RETENTION_DAYS: '90',
    });
    beforeCeilings = await call('GET', '/operator/budget');
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

  it('says that the call budget cannot be told before anybody has set the ceilings', () => {
    expect(beforeCeilings).toMatchObject({ status: 503, body: { error: { code: 'E_UNAVAILABLE' } } });
  });

  it('tells how the vault is', async () => {
    const { status, body } = await call('GET', '/operator/vault');
    expect([status, body['kms']]).toEqual([200, 'available']);
  });

  it('tells of an account and its vault, and of none that does not exist', async () => {
    const { accountId } = await connected(gateway, 'code-looked-at');
    expect(await call('GET', `/operator/accounts/${accountId}`)).toMatchObject({ status: 200, body: { accountId } });
    expect(await call('GET', `/operator/accounts/${accountId}/vault`)).toMatchObject({
      status: 200,
      body: { account: { accountId, hasCredential: true } },
    });
    for (const path of [newAccountId(), 'no-id', `${newAccountId()}/vault`]) {
      expect(await call('GET', `/operator/accounts/${path}`)).toMatchObject({
        status: 404,
        body: { error: { code: 'E_ACCOUNT_NOT_FOUND' } },
      });
    }
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
    const ofAnother = await bury(newAccountId(), 'E_TIKTOK_UNAVAILABLE');
    const sequences = [...letters.map(({ sequence }) => sequence), ofAnother];
    const dropped = await call('DELETE', '/operator/dead-letters', { sequences });
    expect(dropped.body).toMatchObject({
      letters: [{ sequence: sequences[1] }, { sequence: ofAnother }],
      price: { calls: 0 },
    });
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
    const { auditChains } = gateway.database.collections;
    const stored = await Array.fromAsync(findAuditEntries(gateway.database.collections, {}));
    expect(stored).toEqual(await storedAudit(operator));
    expect(stored).toHaveLength(10);
    const chains = await auditChains.find().toArray();
    expect(chains).toMatchObject([{ service: 'auth-gateway', published: stored.length }]);
  });

  it('keeps the audit stream for as long as is set', async () => {
    const { config } = await operator.manager.streams.info('TIKTOK_AUDIT');
    expect(config.max_age).toBe(90 * 86_400_000 * 1e6);
  });

  it('records every command in a chain that fits together', async () => {
    const audit = await storedAudit(operator);
    const commands = audit.filter(({ action }) => action === 'operator.command');
    expect(commands.map(({ operation }) => operation)).toEqual([
      'account.resync.asked',
      'account.resync.ended',
      'dead-letters.redrive.asked',
      'dead-letters.redrive.ended',
      'dead-letters.drop.asked',
      'dead-letters.drop.ended',
      'dead-letters.drop.asked',
      'dead-letters.drop.ended',
      'account.disconnect.asked',
      'account.disconnect.ended',
    ]);
    expect(new Set(commands.map(({ accountId }) => accountId))).not.toContain('platform');
    expect(commands[0]).toMatchObject({ reason: 'support case 12', actor: { kind: 'operator' }, outcome: 'done' });
    audit.forEach((entry, index) => {
      expect(entry.hash).toBe(auditHash(entry));
      expect(entry.sequence).toBe(index + 1);
      if (index > 0) expect(entry.previousHash).toBe(audit[index - 1]?.hash);
    });
  });

  it('records a reason with half an emoji or a line break so that it verifies', async () => {
    const { accountId } = await connected(gateway, 'code-cut');
    await bury(accountId, 'E_TIKTOK_UNAVAILABLE');
    const before = (await storedAudit(operator)).length;
    const reason = 'case\n12\ud83d';
    expect((await call('POST', `/operator/accounts/${accountId}/resync`, { reason })).status).toBe(200);
    expect((await call('DELETE', '/operator/dead-letters', { accountId, reason })).status).toBe(200);
    const entries = (await storedAudit(operator)).slice(before);
    expect(entries.map((entry) => entry.reason)).toEqual(['case 12', 'case 12', 'case 12', 'case 12']);
    for (const entry of entries) expect(entry.hash).toBe(auditHash(entry));
    const inDatabase = await Array.fromAsync(findAuditEntries(gateway.database.collections, {}));
    expect(inDatabase.slice(before)).toEqual(entries);
  });
});
