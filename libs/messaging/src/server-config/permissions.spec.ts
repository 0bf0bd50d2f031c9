import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  CONSUMERS,
  HOPS,
  NATS_USERS,
  STREAM,
  STREAMS,
  newAccountId,
  natsAccountOf,
  type NatsUser,
} from '@trendpot/contracts';
import { startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { refusedPublishes, refusedSubscriptions } from '../../test/probe-rights.ts';

const account = newAccountId();
/** A subject as it is really sent. */
const concrete = (pattern: string): string => {
  const tokens = pattern.split('.');
  return tokens
    .map((token, index) => (token !== '*' ? token : index === tokens.length - 1 ? account : 'page'))
    .join('.');
};
const unique = (subjects: readonly string[]): string[] => [...new Set(subjects)].sort();

const sent = unique(HOPS.map(({ subject }) => concrete(subject)));
const matches = (pattern: string, subject: string): boolean => {
  const left = pattern.split('.');
  const right = subject.split('.');
  return left.length === right.length && left.every((token, index) => token === '*' || token === right[index]);
};
const maySend = (user: NatsUser, subject: string): boolean =>
  HOPS.some((hop) => hop.from === user && matches(hop.subject, subject));
const permitSubjects = ['minute', 'background', 'day', 'inflight', 'cooldown'].map((name) => `tiktok.permits.${name}`);

/** Commands of JetStream that change or read something, of every stream and consumer. */
const STREAM_COMMANDS = ['CREATE', 'UPDATE', 'DELETE', 'PURGE', 'INFO', 'MSG.GET', 'MSG.DELETE', 'SNAPSHOT', 'RESTORE'];
const CONSUMER_COMMANDS = ['CREATE', 'DURABLE.CREATE', 'DELETE', 'INFO', 'MSG.NEXT', 'PAUSE', 'RESET'];
const commands = [
  '$JS.API.INFO',
  '$JS.API.STREAM.LIST',
  '$JS.API.STREAM.NAMES',
  ...STREAMS.flatMap(({ name }) => [
    ...STREAM_COMMANDS.map((command) => `$JS.API.STREAM.${command}.${name}`),
    `$JS.API.DIRECT.GET.${name}`,
    `$JS.API.CONSUMER.LIST.${name}`,
    `$JS.API.CONSUMER.CREATE.${name}.anyone`,
  ]),
  ...CONSUMERS.flatMap(({ stream, name }) => [
    ...CONSUMER_COMMANDS.map((command) => `$JS.API.CONSUMER.${command}.${stream}.${name}`),
    `$JS.ACK.${stream}.${name}.1.1.1.1.0`,
    `$JS.ACK._.hash.${stream}.${name}.1.1.1.1.0`,
  ]),
];

const permitStreams = STREAMS.filter(({ kind }) => kind === 'permits' || kind === 'cooldown').map(({ name }) => name);
const info = (stream: string): string => `$JS.API.STREAM.INFO.${stream}`;
const readOf = (stream: string): string[] => [`$JS.API.STREAM.MSG.GET.${stream}`, `$JS.API.DIRECT.GET.${stream}`];
const erase = (stream: string): string => `$JS.API.STREAM.MSG.DELETE.${stream}`;
const own = (user: NatsUser): string[] => [
  ...STREAMS.filter(({ owner }) => owner === user).flatMap(({ name, kind }) => [
    `$JS.API.STREAM.CREATE.${name}`,
    // Not even its owner may change the audit: a lower limit would erase it.
    ...(kind === 'audit' ? [] : [`$JS.API.STREAM.UPDATE.${name}`]),
    info(name),
  ]),
  ...CONSUMERS.filter(({ owner }) => owner === user).flatMap(({ stream, name }) => [
    info(stream),
    ...['CREATE', 'DURABLE.CREATE', 'INFO', 'MSG.NEXT'].map(
      (command) => `$JS.API.CONSUMER.${command}.${stream}.${name}`,
    ),
    `$JS.ACK.${stream}.${name}.1.1.1.1.0`,
    `$JS.ACK._.hash.${stream}.${name}.1.1.1.1.0`,
  ]),
];
const permits = permitStreams.flatMap((stream) => [info(stream), ...readOf(stream), erase(stream)]);
const deadLetters = [info(STREAM.failed), ...readOf(STREAM.failed), erase(STREAM.failed)];
const work = (stream: string): string[] => [`$JS.API.STREAM.PURGE.${stream}`, ...readOf(stream), erase(stream)];

/** What each user may ask of JetStream, written down a second time so that a slip in the generator shows. */
const ALLOWED: Record<NatsUser, readonly string[]> = {
  'auth-gateway': [
    ...own('auth-gateway'),
    ...deadLetters,
    info(STREAM.sync),
    info(STREAM.refresh),
    ...permitStreams.map(info),
  ],
  'token-vault': [],
  ingestion: [
    ...own('ingestion'),
    ...permits,
    ...work(STREAM.sync),
    erase(STREAM.events),
    `$JS.API.STREAM.PURGE.${STREAM.failed}`,
    info(STREAM.refresh),
  ],
  'metrics-refresher': [...own('metrics-refresher'), ...permits, ...work(STREAM.refresh), info(STREAM.sync)],
  'embed-sanitizer': [],
  subscriber: [info(STREAM.events), `$JS.API.CONSUMER.CREATE.${STREAM.events}.anyone`],
  operator: [...deadLetters, ...STREAMS.map(({ name }) => info(name)), ...readOf(STREAM.audit)],
};

const HEARD: Record<NatsUser, readonly string[]> = {
  'auth-gateway': ['tiktok.videos.update', 'tiktok.accounts.update'],
  'token-vault': ['tiktok.vault.exchange', 'tiktok.vault.lease', 'tiktok.vault.revoke', 'tiktok.vault.status'],
  ingestion: ['tiktok.videos.lookup', 'tiktok.videos.page', 'tiktok.permits.released', 'tiktok.permits.cooldown'],
  'metrics-refresher': ['tiktok.permits.released', 'tiktok.permits.cooldown'],
  'embed-sanitizer': ['tiktok.embeds.sanitize'],
  subscriber: [],
  operator: [],
};

jest.setTimeout(60_000);

describe('the rights of every user of NATS', () => {
  let platform: PlatformNats;
  beforeAll(async () => {
    platform = await startPlatformNats();
  });
  afterAll(() => platform.stop());

  it.each(NATS_USERS)('%s may send what its hops say, and nothing else', async (user) => {
    const messaging = await platform.connect(user);
    const probes = unique([...sent, ...permitSubjects]);
    const refused = await refusedPublishes(messaging, probes);
    const takesPermits = user === 'ingestion' || user === 'metrics-refresher';
    const allowed = probes.filter(
      (subject) => maySend(user, subject) || (takesPermits && permitSubjects.includes(subject)),
    );
    expect(probes.filter((subject) => !refused.includes(subject))).toEqual(allowed);
  });

  it.each(NATS_USERS)('%s may ask of JetStream what its work needs, and nothing else', async (user) => {
    const messaging = await platform.connect(user);
    const probes = unique(commands);
    const refused = await refusedPublishes(messaging, probes);
    expect(probes.filter((subject) => !refused.includes(subject))).toEqual(unique(ALLOWED[user]));
  });

  it.each(NATS_USERS)('%s hears what is meant for it, and nothing else', async (user) => {
    const messaging = await platform.connect(user);
    const inboxes = NATS_USERS.map((name) => `_INBOX_${name}.>`);
    const probes = unique([
      ...sent,
      ...inboxes,
      '>',
      'tiktok.>',
      '_INBOX.>',
      '$JS.>',
      '$JS.EVENT.>',
      '$SYS.>',
      '_R_.>',
    ]);
    const refused = await refusedSubscriptions(messaging, probes);
    const allowed = unique([...HEARD[user], `_INBOX_${user}.>`]);
    expect(probes.filter((subject) => !refused.includes(subject))).toEqual(allowed);
  });

  it.each(NATS_USERS)('%s may write into the inboxes of those who ask it, and no others', async (user) => {
    const messaging = await platform.connect(user);
    const probes = NATS_USERS.map((name) => `_INBOX_${name}.x.y`);
    const refused = await refusedPublishes(messaging, probes);
    const askers = HOPS.filter(({ kind, to, from }) => {
      return kind === 'request' && to.includes(user) && natsAccountOf(from) === natsAccountOf(user);
    }).map(({ from }) => `_INBOX_${from}.x.y`);
    expect(probes.filter((subject) => !refused.includes(subject))).toEqual(
      probes.filter((subject) => askers.includes(subject)),
    );
  });

  it('keeps subscribers away from the consumers the platform erases by', async () => {
    const messaging = await platform.connect('subscriber');
    const own = CONSUMERS.filter(({ stream }) => stream === STREAM.events).flatMap(({ stream, name, filter }) => [
      `$JS.API.CONSUMER.CREATE.${stream}.${name}.${filter}`,
      `$JS.API.CONSUMER.DELETE.${stream}.${name}`,
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`,
      `$JS.ACK.${stream}.${name}.1.1.1.1.0`,
      `$JS.ACK._.hash.${stream}.${name}.1.1.1.1.0`,
    ]);
    expect(await refusedPublishes(messaging, own)).toEqual(own);
    const theirs = [
      `$JS.API.CONSUMER.DELETE.${STREAM.events}.mine`,
      `$JS.API.CONSUMER.MSG.NEXT.${STREAM.events}.mine`,
      `$JS.ACK.${STREAM.events}.mine.1.1.1.1.0`,
    ];
    expect(await refusedPublishes(messaging, theirs)).toEqual([]);
  });

  it('lets nobody in who is not a user', async () => {
    const { connectMessaging } = await import('../connect.ts');
    const { secret } = await import('@trendpot/secrets');
    const { createUserKeys } = await import('./user-keys.ts');
    const strangers = createUserKeys();
    const attempt = connectMessaging({
      url: platform.server.url,
      user: 'operator',
      seed: secret(strangers.operator.seed),
      firstConnectWithinMs: 1_000,
    });
    await expect(attempt).rejects.toMatchObject({ code: 'E_UNAUTHENTICATED' });
  });
});
