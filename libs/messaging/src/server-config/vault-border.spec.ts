import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { CONSUMER, STREAM, SUBJECT, newAccountId, replySchema } from '@trendpot/contracts';
import { z } from 'zod';
import { connectOwners, eventually, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { refusedPublishesOf } from '../../test/probe-rights.ts';
import type { Messaging } from '../messaging.ts';
import { publish } from '../publish.ts';
import { request } from '../request.ts';
import { respond } from '../respond.ts';

const Question = z.strictObject({ ask: z.string() });
const Answer = replySchema(z.object({ caller: z.string() }));

jest.setTimeout(60_000);

describe('the border of the vault', () => {
  let platform: PlatformNats;
  let vault: Messaging;
  let ingestion: Messaging;
  let refresher: Messaging;
  let gateway: Messaging;
  let handled: string[] = [];
  let refused: string[] = [];
  const account = newAccountId();

  beforeAll(async () => {
    platform = await startPlatformNats();
    const consumers = { [CONSUMER.syncPage]: { maxAckPending: 4 } };
    ({ ingestion, refresher, gateway } = await connectOwners(platform, { consumers }));
    vault = await platform.connect('token-vault');
    for (const subject of [SUBJECT.vaultExchange, SUBJECT.vaultLease, SUBJECT.vaultRevoke, SUBJECT.vaultStatus]) {
      respond(vault, {
        subject,
        queue: 'token-vault',
        schema: Question,
        handler: async (question, { caller }) => {
          handled.push(`${subject} ${question.ask}`);
          return { caller };
        },
        onRefused: ({ code }) => refused.push(`${subject} ${code}`),
      });
    }
    await vault.connection.flush();
  });
  afterAll(() => platform.stop());
  beforeEach(() => {
    handled = [];
    refused = [];
  });

  const ask = (from: Messaging, subject: string): Promise<{ caller: string }> =>
    request(from, { subject, payload: { ask: 'mine' }, reply: Answer, timeoutMs: 1_000 });

  const forgedIdentity = (): MsgHdrs => {
    const forged = headers();
    const claim = { acc: 'PLATFORM', kind: 'Client', user: platform.publicKeys['auth-gateway'] };
    forged.set('Nats-Request-Info', JSON.stringify(claim));
    return forged;
  };
  const command = JSON.stringify({ ask: 'forged' });

  it('tells the vault who asks, as the server knows it', async () => {
    expect(await ask(ingestion, SUBJECT.vaultLease)).toEqual({ caller: 'ingestion' });
    expect(await ask(refresher, SUBJECT.vaultLease)).toEqual({ caller: 'metrics-refresher' });
    expect(await ask(gateway, SUBJECT.vaultRevoke)).toEqual({ caller: 'auth-gateway' });
  });

  it('cannot be told otherwise by the one who asks', async () => {
    const answer = await ingestion.connection.request(SUBJECT.vaultLease, command, {
      timeout: 1_000,
      headers: forgedIdentity(),
    });
    expect(answer.json()).toMatchObject({ data: { caller: 'ingestion' } });
  });

  it.each([
    ['ingestion', SUBJECT.vaultRevoke],
    ['ingestion', SUBJECT.vaultExchange],
    ['metrics-refresher', SUBJECT.vaultStatus],
    ['auth-gateway', SUBJECT.vaultLease],
    ['embed-sanitizer', SUBJECT.vaultLease],
    ['subscriber', SUBJECT.vaultLease],
    ['operator', SUBJECT.vaultRevoke],
  ] as const)("lets no command through that is not the caller's: %s, %s", async (user, subject) => {
    const messaging = await platform.connect(user);
    await expect(ask(messaging, subject)).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    expect(handled).toEqual([]);
  });

  it('lets the vault publish into the streams of the platform, once per id', async () => {
    const one = { subject: SUBJECT.accountsUpdate, body: '{}', messageId: 'border-1' };
    const first = await publish(vault, one);
    expect(first).toMatchObject({ stream: STREAM.events, duplicate: false });
    expect(await publish(vault, one)).toEqual({ ...first, duplicate: true });
    const job = { subject: `tiktok.jobs.sync.first.${account}`, body: '{}', messageId: 'border-2' };
    expect(await publish(vault, job)).toMatchObject({ stream: STREAM.sync });
    const audit = { subject: `tiktok.audit.token-vault.${account}`, body: '{}', messageId: 'border-3' };
    expect(await publish(vault, audit)).toMatchObject({ stream: STREAM.audit });
  });

  it('shows the vault nothing of the streams it publishes into', async () => {
    await expect(vault.manager.streams.info(STREAM.events)).rejects.toThrow();
    await expect(vault.manager.streams.getMessage(STREAM.sync, { seq: 1 })).rejects.toThrow();
  });

  const refusedOnce = `${SUBJECT.vaultRevoke} E_VAULT_CALLER_REFUSED`;
  const toVault = { reply: SUBJECT.vaultRevoke };
  const queueJob = () =>
    ingestion.jetstream.publish(`tiktok.jobs.sync.page.${account}`, command, { headers: forgedIdentity() });

  /** The forger asks as it may. Whatever was on its way to the vault before is there once this is answered. */
  const expectAtVault = async (refusals: readonly string[]): Promise<void> => {
    expect(await ask(ingestion, SUBJECT.vaultLease)).toEqual({ caller: 'ingestion' });
    expect({ handled, refused }).toEqual({ handled: [`${SUBJECT.vaultLease} mine`], refused: refusals });
  };

  /** JetStream answers in the order it is asked: with its answer to a lawful request, that to the forged one is out. */
  describe('has the vault refuse what JetStream is made to write there', () => {
    it('the acknowledgement of a publish', async () => {
      ingestion.connection.publish(SUBJECT.videosUpdate, command, { ...toVault, headers: forgedIdentity() });
      await ingestion.jetstream.publish(SUBJECT.videosUpdate, command);
      await expectAtVault([refusedOnce]);
    });

    it('a pull of a stored command', async () => {
      await queueJob();
      await queueJob();
      const consumer = await ingestion.jetstream.consumers.get(STREAM.sync, CONSUMER.syncPage);
      const pull = `$JS.API.CONSUMER.MSG.NEXT.${STREAM.sync}.${CONSUMER.syncPage}`;
      ingestion.connection.publish(pull, '{"batch":1}', toVault);
      expect((await consumer.next({ expires: 5_000 }))?.json()).toEqual({ ask: 'forged' });
      await expectAtVault([refusedOnce]);
    });

    it.each(['DIRECT.GET', 'STREAM.MSG.GET'])('a read of a stored command, by %s', async (verb) => {
      const { seq } = await queueJob();
      const read = `$JS.API.${verb}.${STREAM.sync}`;
      const which = JSON.stringify({ seq });
      ingestion.connection.publish(read, which, { ...toVault, headers: forgedIdentity() });
      await ingestion.connection.request(read, which, { timeout: 5_000 });
      await expectAtVault([refusedOnce]);
    });
  });

  describe('is not even reached, for the server refuses', () => {
    it('a consumer that delivers to the vault', async () => {
      const { config } = await ingestion.manager.consumers.info(STREAM.sync, CONSUMER.syncFirst);
      const { max_waiting: _ofPulls, ...pushed } = config;
      const forged = { ...pushed, deliver_subject: SUBJECT.vaultRevoke };
      const answer = await ingestion.connection.request(
        `$JS.API.CONSUMER.DURABLE.CREATE.${STREAM.sync}.${CONSUMER.syncFirst}`,
        JSON.stringify({ stream_name: STREAM.sync, config: forged }),
        { timeout: 5_000 },
      );
      expect(answer.json()).toMatchObject({ error: { err_code: 10_012 } });
      await expectAtVault([]);
    });

    it('a schedule that fires at the vault', async () => {
      const scheduled = forgedIdentity();
      scheduled.set('Nats-Schedule', `@at ${new Date(Date.now() - 1_000).toISOString()}`);
      scheduled.set('Nats-Schedule-Target', SUBJECT.vaultRevoke);
      const stored = ingestion.jetstream.publish(`tiktok.schedules.sync.${account}`, command, { headers: scheduled });
      await expect(stored).rejects.toMatchObject({ code: 10_190 });
      await expectAtVault([]);
    });

    it('an answer that another service was made to give there', async () => {
      const sanitizer = await platform.connect('embed-sanitizer');
      respond(sanitizer, {
        subject: SUBJECT.embedsSanitize,
        queue: 'x',
        schema: Question,
        handler: async () => ({ caller: 'x' }),
      });
      await sanitizer.connection.flush();
      const refusals = refusedPublishesOf(sanitizer);
      ingestion.connection.publish(SUBJECT.embedsSanitize, command, toVault);
      expect(await ask(ingestion, SUBJECT.embedsSanitize)).toEqual({ caller: 'x' });
      await eventually(() => refusals.length > 0, { what: 'the refusal by the server' });
      expect(refusals).toEqual([SUBJECT.vaultRevoke]);
      await expectAtVault([]);
    });
  });
});
