import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlatformError } from '@trendpot/contracts';
import { findAuditEntries } from '@trendpot/persistence';
import { eventually } from '@trendpot/testing';
import { sendWebhook } from '../../test/send-webhook.ts';
import { connected, startGateway, WEBHOOK_SECRET, type GatewayUnderTest } from '../../test/start-gateway.ts';
import { storedAudit } from '../../test/stored-audit.ts';

const PREVIOUS_SECRET = 'the_client_secret_before';

describe('webhooks', () => {
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await startGateway({
      TRENDPOT_SIGN_IN_RATE_PER_MIN: '1000',
      TRENDPOT_API_RATE_PER_MIN: '10000',
      TIKTOK_WEBHOOK_SECRET_PREVIOUS: PREVIOUS_SECRET,
    });
  }, 60_000);
  afterAll(() => gateway?.stop());

  const send = (body: string, options: { secret?: string; at?: number } = {}) =>
    sendWebhook(gateway, body, options.secret ?? WEBHOOK_SECRET, options.at);
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
      async () => (await gateway.database.collections.webhooks.countDocuments({ dueAt: { $exists: false } })) >= count,
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

  it('are on record in the stream and in the database alike', async () => {
    const stored = await Array.fromAsync(findAuditEntries(gateway.database.collections, {}));
    expect(stored).toEqual(await storedAudit(await gateway.messagingOf('operator')));
    expect(new Set(stored.map(({ action }) => action))).toEqual(new Set(['webhook.received']));
  });
});
