import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  auditSubject,
  LeaseReply,
  NATS_USERS,
  newRequestId,
  STREAM,
  SUBJECT,
  type AuditWriterName,
  type NatsUser,
} from '@trendpot/contracts';
import { PROCESS_FIRST, startNatsServer } from '@trendpot/local-platform';
import { findAuditEntries } from '@trendpot/persistence';
import {
  connectMessaging,
  createRecipient,
  ensureTopology,
  publish,
  request,
  type Messaging,
} from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import {
  startPlatformNats,
  startTestPlatform,
  type ConnectedCreator,
  type PlatformNats,
  type TestPlatform,
} from '@trendpot/testing';

jest.setTimeout(90_000);

// What each user may publish, hear and ask of every stream is tried in libs/messaging, on the generated permissions.

describe('a token is lent', () => {
  let test: TestPlatform;
  let creator: ConnectedCreator;
  const opened: Messaging[] = [];
  beforeAll(async () => {
    test = await startTestPlatform();
    await test.tiktok.post('/creators', { handle: 'owner', videos: 1 });
    creator = await test.connect({ creator: 'owner' });
    await test.untilState(creator.accountId, 'healthy');
  });
  afterAll(async () => {
    await Promise.all(opened.map((messaging) => messaging.close()));
    await test?.stop();
  });

  const sealedFor = async (user: NatsUser) => {
    const seed = test.platform.natsSeedOf(user);
    const { natsUrl } = test.platform.backing;
    const messaging = await connectMessaging({
      url: natsUrl,
      user,
      ...(seed === undefined ? {} : { seed: secret(seed) }),
    });
    opened.push(messaging);
    return request(messaging, {
      subject: SUBJECT.vaultLease,
      payload: {
        version: 1,
        requestId: newRequestId(),
        accountId: creator.accountId,
        operation: 'video.list',
        minimumSeconds: 0,
        recipient: createRecipient().publicKey,
      },
      reply: LeaseReply,
      timeoutMs: 1_500,
    });
  };
  const borrowers: readonly NatsUser[] = ['ingestion', 'metrics-refresher'];

  it.each(borrowers)('to %s', async (user) => {
    expect((await sealedFor(user)).sealedToken).not.toBe('');
  });

  it.each(NATS_USERS.filter((user) => !borrowers.includes(user)))('never to %s', async (user) => {
    const openings = () =>
      Array.fromAsync(findAuditEntries(test.collections, { action: 'token.decrypt', caller: user }));
    const before = await openings();
    await expect(sealedFor(user)).rejects.toThrow();
    const after = await openings();
    expect(after.filter(({ outcome }) => outcome === 'done')).toEqual([]);
    expect(after).toEqual(before);
  });
});

describe('in the audit', () => {
  const WRITERS: readonly AuditWriterName[] = ['auth-gateway', 'operator', 'token-vault'];
  let nats: PlatformNats;
  let reader: Messaging;
  const stored = async (): Promise<number> => (await reader.manager.streams.info(STREAM.audit)).state.messages;
  beforeAll(async () => {
    nats = await startPlatformNats();
    reader = await nats.connect('operator');
    await ensureTopology(await nats.connect('auth-gateway'), 'auth-gateway', {});
  });
  afterAll(() => nats?.stop());

  it.each(NATS_USERS)('%s writes under its own name or not at all', async (user) => {
    const messaging = await nats.connect(user);
    const before = await stored();
    const tried = await Promise.all(
      WRITERS.map(async (writer) => {
        const message = { subject: auditSubject(writer, 'platform'), body: '{}', messageId: `${user} as ${writer}` };
        return publish(messaging, { ...message, timeoutMs: 500 }).then(
          () => [writer],
          () => [],
        );
      }),
    );
    expect(tried.flat()).toEqual(WRITERS.filter((writer) => writer === user));
    expect((await stored()) - before).toBe(tried.flat().length);
  });
});

describe('the audit stream, on a server that lets everyone do everything', () => {
  let server: Awaited<ReturnType<typeof startNatsServer>>;
  let owner: Messaging;
  beforeAll(async () => {
    server = await startNatsServer({ order: PROCESS_FIRST });
    owner = await connectMessaging({ url: server.url, user: 'auth-gateway' });
    await ensureTopology(owner, 'auth-gateway', {});
    for (const text of ['one', 'two', 'three']) {
      const msgID = createHash('sha256').update(text).digest('hex');
      await owner.jetstream.publish('tiktok.audit.auth-gateway.platform', text, { msgID });
    }
  });
  afterAll(async () => {
    await owner?.close();
    await server?.stop();
  });

  const forbidden: Readonly<Record<string, () => Promise<unknown>>> = {
    'an entry cannot be deleted': () => owner.manager.streams.deleteMessage(STREAM.audit, 2),
    'an entry cannot be overwritten with zeros': () => owner.manager.streams.deleteMessage(STREAM.audit, 2, true),
    'entries cannot be purged': () => owner.manager.streams.purge(STREAM.audit),
    'the ban on deleting cannot be lifted': () => owner.manager.streams.update(STREAM.audit, { deny_delete: false }),
    'the ban on purging cannot be lifted': () => owner.manager.streams.update(STREAM.audit, { deny_purge: false }),
  };

  it.each(Object.keys(forbidden))('%s, even by its owner', async (what) => {
    await expect(forbidden[what]?.()).rejects.toThrow();
    const { state, config } = await owner.manager.streams.info(STREAM.audit);
    expect(state).toMatchObject({ messages: 3, first_seq: 1, last_seq: 3 });
    expect(config).toMatchObject({ deny_delete: true, deny_purge: true });
  });
});
