import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SERVICES, STREAM, SUBJECT, type PlatformEvent } from '@trendpot/contracts';
import { subscribe, type EventSubscription } from '@trendpot/events';
import { connectMessaging, publish, type Messaging } from '@trendpot/messaging';
import { findAuditEntries } from '@trendpot/persistence';
import { secret } from '@trendpot/secrets';
import { eventually, type ConnectedCreator } from '@trendpot/testing';
import { makeCommands } from './drive-commands.ts';
import { makeFlows } from './drive-flows.ts';
import { startGuardedPlatform, type GuardedPlatform } from './guarded-platform.ts';
import { hearAnswers, type HeardAnswers } from './heard-answers.ts';
import { hearCommands } from './heard-commands.ts';
import { needlesOf } from './needles.ts';
import { argumentsOf, fileAs, filesUnder, metricsOf, mongoDump, textsAs, type Piece } from './places.ts';
import { makeSearch, type Search } from './search.ts';

jest.setTimeout(150_000);

let guarded: GuardedPlatform;
let answers: HeardAnswers;
let subscription: EventSubscription;
const heard: PlatformEvent[] = [];
const commands = hearCommands();

const seedOf = (user: 'subscriber' | 'ingestion') => {
  const seed = guarded.test.platform.natsSeedOf(user);
  if (seed === undefined) throw new Error(`${user} has no credentials`);
  return secret(seed);
};
const services = () => SERVICES.map((name) => guarded.test.platform.service(name));
const natsStore = (): string => guarded.test.platform.backing.nats?.storeDir ?? '';

/** Everything that could tell a secret, read when it is asked for. */
const PLACES: Readonly<Record<string, () => Promise<Piece[]>>> = {
  'the logs': () => filesUnder(guarded.logFolder),
  'the log of the database': () => fileAs(guarded.test.platform.backing.mongod?.logFile),
  'the streams and consumers on disk': () => filesUnder(natsStore()),
  'the database': () => mongoDump(guarded.test.database),
  'the metrics': () => metricsOf(services()),
  'the process arguments': async () => [...(await argumentsOf(services())), ...commands.processArguments()],
  'the output of commands': async () => commands.outputs(),
  'the answers to clients': async () => textsAs('answers', answers.texts),
  'the events': async () =>
    textsAs(
      'events',
      heard.map((event) => JSON.stringify(event)),
    ),
};

/** Names only: a failure of this test must not be the leak. */
const lookIn = async (place: string, search: Search): Promise<string[]> => {
  const pieces = (await PLACES[place]?.()) ?? [];
  return pieces.flatMap((piece) =>
    search(piece.bytes).map((needle) => `${needle.secret}, ${needle.encoding}, in ${piece.place}`),
  );
};

const driveEverything = async (): Promise<void> => {
  const flows = makeFlows(guarded);
  const operator = makeCommands(guarded, commands);
  const [main, leaver, gone, lost] = [
    await flows.connectAndSync('main', 25),
    await flows.connectAndSync('leaver'),
    await flows.connectAndSync('gone'),
    await flows.connectAndSync('lost'),
  ] as const satisfies readonly ConnectedCreator[];
  await eventually(() => heard.find(({ data }) => data.change === 'metrics'), { what: 'fresh counts' });
  // Telling TikTok of an end is tried again seconds later; the rest goes on meanwhile.
  const left = flows.disconnect(leaver);
  await flows.library(main, 'main');
  await flows.refusedCallbacks();
  await flows.malformedExchange();
  await flows.tokenRefreshed(main);
  await flows.tokenRefusedByTikTok(main, 'main');
  await flows.kmsTrouble();
  await flows.tiktokInTrouble();
  await flows.lostRefresh(lost);
  await flows.operations(main);
  await flows.misplacedSecrets(main);
  await operator.deadLetters(main.accountId);
  await operator.keyRotation();
  await flows.tokenRefreshed(main);
  await flows.webhooks('gone', gone);
  await left;
};

beforeAll(async () => {
  answers = hearAnswers();
  guarded = await startGuardedPlatform();
  answers.listenTo(guarded.test.platform.gatewayUrl);
  subscription = await subscribe({
    url: guarded.test.platform.backing.natsUrl,
    credentials: seedOf('subscriber'),
    durable: 'canaries',
    from: 'beginning',
    handler: (event) => void heard.push(event),
  });
  await driveEverything();
});
afterAll(async () => {
  answers?.stop();
  await subscription?.stop();
  await guarded?.stop();
});

describe('after every flow, good and bad', () => {
  it.each<[string, number]>([
    ['client secret', 1],
    ['webhook secret', 1],
    ['operator token', 1],
    ['access token', 8],
    ['refresh token', 8],
    ['authorization code', 10],
    ['state', 10],
    ['session cookie', 10],
    ['data key', 6],
    ['nkey seed of token-vault', 1],
    ['nkey seed of operator', 1],
  ])('there is something to look for: %s, at least %i', (name, atLeast) => {
    expect(guarded.secrets.named(name).length).toBeGreaterThanOrEqual(atLeast);
  });

  it.each(Object.keys(PLACES))('no secret is in %s', async (place) => {
    const search = makeSearch(guarded.secrets.list().flatMap(needlesOf));
    expect(await lookIn(place, search)).toEqual([]);
  });
});

describe('what was driven', () => {
  it.each([
    'E_CODE_REJECTED',
    'E_NEEDS_CONSENT',
    'E_REFRESH_LOST',
    'E_TIKTOK_RATE_LIMITED',
    'E_TIKTOK_RESPONSE_INVALID',
    'E_TIKTOK_UNAVAILABLE',
    'E_UNAUTHENTICATED',
    'E_VAULT_KMS_DENIED',
    'E_VAULT_KMS_UNAVAILABLE',
    'E_WEBHOOK_SIGNATURE',
  ])('really ended in %s', async (code) => {
    const logs = Buffer.concat((await filesUnder(guarded.logFolder)).map(({ bytes }) => bytes));
    expect(logs.includes(code)).toBe(true);
  });
});

describe('the commands that were driven', () => {
  it('really moved credentials to another key', async () => {
    const { collections } = guarded.test;
    const moved = findAuditEntries(collections, { action: 'token.rewrap', outcome: 'done' });
    expect(await Array.fromAsync(moved)).not.toEqual([]);
    expect(await collections.accounts.countDocuments({ 'credential.keyId': guarded.keyId })).toBe(0);
  });

  it('are every one there is, and each was seen', () => {
    const names = commands.outputs().map(({ place }) => place);
    const vault = ['vault rewrap', 'vault status', 'vault audit verify', 'vault audit list'];
    for (const name of [...vault, 'jobs list', 'jobs show', 'jobs redrive'])
      expect(names.some((place) => place.startsWith(`output of ${name}`))).toBe(true);
    expect(commands.processArguments()).toHaveLength(names.length);
    for (const { bytes } of commands.processArguments()) expect(Buffer.from(bytes).toString()).toMatch(/main\.(js|ts)/);
  });
});

describe('a canary that is planted is found', () => {
  const canary = `act.${randomBytes(32).toString('base64url')}!1234`;
  const search = makeSearch(needlesOf({ name: 'planted', value: Buffer.from(canary) }));
  let ingestion: Messaging;
  beforeAll(async () => {
    const { natsUrl } = guarded.test.platform.backing;
    ingestion = await connectMessaging({ url: natsUrl, user: 'ingestion', seed: seedOf('ingestion') });
  });
  afterAll(() => ingestion?.close());

  const listening = async (): Promise<{ url: string; close(): void }> => {
    const server = createServer((_request, response) => void response.end(`token="${canary}"`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = (): void => {
      server.close();
      server.closeAllConnections();
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  };

  it('in the logs', async () => {
    await appendFile(join(guarded.logFolder, 'ingestion.log'), `{"error":"refused ${encodeURIComponent(canary)}"}\n`);
    expect(await lookIn('the logs', search)).not.toEqual([]);
  });

  it('in a stream on disk, and among the events', async () => {
    const event = { ...heard[0], specversion: '1.0', source: `/${canary}`, subject: heard[0]?.data.accountId };
    const id = randomBytes(8).toString('hex');
    await publish(ingestion, {
      subject: SUBJECT.accountsUpdate,
      messageId: id,
      body: JSON.stringify({ ...event, id }),
    });
    await eventually(() => heard.some((one) => one.id === id), { what: 'the planted event' });
    expect(await lookIn('the streams and consumers on disk', search)).not.toEqual([]);
    expect(await lookIn('the events', search)).not.toEqual([]);
  });

  it('in the state of a consumer on disk', async () => {
    const name = randomBytes(12).toString('hex');
    const mine = await subscribe({
      url: guarded.test.platform.backing.natsUrl,
      credentials: seedOf('subscriber'),
      durable: name,
      from: 'now',
      handler: () => undefined,
    });
    const searchName = makeSearch(needlesOf({ name: 'planted', value: Buffer.from(name) }));
    const found = await lookIn('the streams and consumers on disk', searchName);
    await mine.remove();
    expect(found.some((where) => where.includes(STREAM.events) && where.includes('/obs/'))).toBe(true);
  });

  it('in a binary field of the database, and in its history after it was removed', async () => {
    const planted = guarded.test.database.client.db('planted').collection('planted');
    const { insertedId } = await planted.insertOne({ deep: [{ blob: Buffer.from(canary) }] });
    await planted.deleteOne({ _id: insertedId });
    const found = await lookIn('the database', search);
    expect(found.map((where) => where.split(' in ')[1])).toContain('local.oplog.rs');
    await planted.insertOne({ deep: [{ blob: Buffer.from(Buffer.from(canary).toString('hex')) }] });
    expect((await lookIn('the database', search)).map((where) => where.split(' in ')[1])).toContain('planted.planted');
  });

  it('in metrics, and in an answer to a client', async () => {
    const leaky = await listening();
    try {
      answers.listenTo(leaky.url);
      const [metrics] = await metricsOf([{ name: 'leaky', url: leaky.url }]);
      expect(search(metrics?.bytes ?? Buffer.alloc(0))).not.toEqual([]);
      expect(await lookIn('the answers to clients', search)).not.toEqual([]);
    } finally {
      leaky.close();
    }
  });

  it('in the output of a command, and in its arguments', async () => {
    await commands.run('leaky', ['-e', 'console.error(process.argv[1])', '--', canary], {});
    expect(await lookIn('the output of commands', search)).not.toEqual([]);
    expect(await lookIn('the process arguments', search)).not.toEqual([]);
  });

  it('in process arguments', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', `--token=${canary}`], {
      stdio: 'ignore',
    });
    try {
      await once(child, 'spawn');
      const processes = [{ name: 'leaky', pid: child.pid as number }];
      await eventually(async () => (await argumentsOf(processes)).some(({ bytes }) => search(bytes).length > 0), {
        what: 'the canary among the arguments',
      });
    } finally {
      child.kill('SIGKILL');
    }
  });
});
