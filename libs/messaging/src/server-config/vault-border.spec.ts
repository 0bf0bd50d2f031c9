import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { STREAM, SUBJECT, newAccountId, replySchema } from '@trendpot/contracts';
import { z } from 'zod';
import { connectOwners, eventually, startPlatformNats, type PlatformNats } from '@trendpot/testing';
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
    ({ ingestion, refresher, gateway } = await connectOwners(platform));
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

  /** Each makes JetStream or another service write where the forger may not. */
  const forgeries: Record<string, () => Promise<void> | void> = {
    'the acknowledgement of a publish': () =>
      ingestion.connection.publish(SUBJECT.videosUpdate, command, {
        reply: SUBJECT.vaultRevoke,
        headers: forgedIdentity(),
      }),
    'a pull of a stored command': async () => {
      await ingestion.jetstream.publish(`tiktok.jobs.sync.page.${account}`, command, { headers: forgedIdentity() });
      ingestion.connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${STREAM.sync}.sync-page`, '{"batch":1}', {
        reply: SUBJECT.vaultRevoke,
      });
    },
    'a read of a stored command': async () => {
      const { seq } = await ingestion.jetstream.publish(`tiktok.jobs.sync.page.${account}`, command, {
        headers: forgedIdentity(),
      });
      for (const verb of ['DIRECT.GET', 'STREAM.MSG.GET']) {
        ingestion.connection.publish(`$JS.API.${verb}.${STREAM.sync}`, JSON.stringify({ seq }), {
          reply: SUBJECT.vaultRevoke,
          headers: forgedIdentity(),
        });
      }
    },
    'a consumer that delivers to the vault': async () => {
      const config = {
        durable_name: 'sync-first',
        deliver_subject: SUBJECT.vaultRevoke,
        filter_subject: 'tiktok.jobs.>',
      };
      ingestion.connection.publish(
        `$JS.API.CONSUMER.DURABLE.CREATE.${STREAM.sync}.sync-first`,
        JSON.stringify({ stream_name: STREAM.sync, config }),
        { reply: '_INBOX_ingestion.x' },
      );
    },
    'a schedule that fires at the vault': async () => {
      const scheduled = forgedIdentity();
      scheduled.set('Nats-Schedule', `@at ${new Date(Date.now() - 1_000).toISOString()}`);
      scheduled.set('Nats-Schedule-Target', SUBJECT.vaultRevoke);
      ingestion.connection.publish(`tiktok.schedules.sync.${account}`, command, {
        reply: '_INBOX_ingestion.x',
        headers: scheduled,
      });
    },
    'an answer of another service': async () => {
      const sanitizer = await platform.connect('embed-sanitizer');
      respond(sanitizer, {
        subject: SUBJECT.embedsSanitize,
        queue: 'x',
        schema: Question,
        handler: async () => ({ ask: 'x' }),
      });
      await sanitizer.connection.flush();
      ingestion.connection.publish(SUBJECT.embedsSanitize, command, { reply: SUBJECT.vaultRevoke });
    },
  };

  it.each(Object.keys(forgeries))('does nothing for %s', async (name) => {
    await forgeries[name]?.();
    await ingestion.connection.flush();
    await delay(400);
    expect(handled).toEqual([]);
    expect(refused.every((entry) => entry.endsWith('E_VAULT_CALLER_REFUSED'))).toBe(true);
  });

  it('notices a forged command that reached it', async () => {
    await forgeries['the acknowledgement of a publish']?.();
    await eventually(() => refused.length > 0, { what: 'the refusal of the vault' });
    expect(refused).toEqual([`${SUBJECT.vaultRevoke} E_VAULT_CALLER_REFUSED`]);
  });
});
