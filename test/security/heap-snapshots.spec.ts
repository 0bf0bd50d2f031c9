import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SERVICES, type ServiceName } from '@trendpot/contracts';
import { makeFlows } from './drive-flows.ts';
import { startGuardedPlatform, type GuardedPlatform } from './guarded-platform.ts';
import { stringsOf, takesSnapshots } from './heap-snapshot.ts';
import { needlesOf, type Needle } from './needles.ts';
import { memoryOf } from './process-memory.ts';
import { makeSearch } from './search.ts';

jest.setTimeout(300_000);

/** Who may have it in memory at all. */
const HOLDERS: Readonly<Record<string, readonly ServiceName[]>> = {
  ...Object.fromEntries(SERVICES.map((name) => [`nkey seed of ${name}`, [name]])),
  state: ['auth-gateway'],
  'authorization code': ['auth-gateway', 'token-vault'],
  'session cookie': ['auth-gateway'],
  'client secret': ['token-vault'],
  'AWS secret key': ['token-vault'],
  'refresh token': ['token-vault'],
  'data key': ['token-vault'],
  'encryption key': ['token-vault'],
  'webhook secret': ['auth-gateway'],
  'operator token': ['auth-gateway'],
  'access token': ['token-vault', 'ingestion', 'metrics-refresher'],
};

let folder: string;
let guarded: GuardedPlatform;
/** What each service holds, by name of secret: while a call to TikTok is under way, and when nothing is. */
const during = new Map<ServiceName, Set<string>>();
const after = new Map<ServiceName, Set<string>>();
/** What each has anywhere in its memory, buffers and garbage included. */
const anywhere = new Map<ServiceName, Set<Needle>>();

const lookInto = async (held: Map<ServiceName, Set<string>>, names: readonly ServiceName[]): Promise<void> => {
  const search = makeSearch(guarded.secrets.list().flatMap(needlesOf));
  const looks = names.map(async (name) => {
    const strings = await stringsOf(folder, guarded.test.platform.service(name));
    held.set(name, new Set(search(strings).map(({ secret }) => secret)));
  });
  await Promise.all(looks);
};

const lookEverywhere = async (names: readonly ServiceName[]): Promise<void> => {
  const search = makeSearch(guarded.secrets.list().flatMap(needlesOf));
  for (const name of names) {
    const found = new Set<Needle>();
    for await (const piece of memoryOf(guarded.test.platform.service(name).pid)) {
      for (const needle of search(piece)) found.add(needle);
    }
    anywhere.set(name, found);
  }
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trendpot-heaps-'));
  const settings = await Promise.all(SERVICES.map(async (name) => [name, await takesSnapshots(folder, name)] as const));
  guarded = await startGuardedPlatform(Object.fromEntries(settings));
  const flows = makeFlows(guarded);
  const { tiktok } = guarded.test;

  const main = await flows.connectAndSync('main', 25);
  await flows.library(main, 'main');
  await flows.tokenRefreshed(main);
  await flows.refusedCallbacks();
  await flows.operations(main);
  await flows.webhooks('main', main);
  const second = await flows.connectAndSync('second');

  await tiktok.post('/hold-next', { route: '/v2/video/list/', id: 'page' });
  const live = second.api.call('GET', `/api/accounts/${second.accountId}/videos/live`);
  await tiktok.get('/held/page');
  await lookInto(during, ['ingestion']);
  await tiktok.post('/release/page');
  await live;
  await lookEverywhere(SERVICES);
  await lookInto(after, SERVICES);
});
afterAll(async () => {
  await guarded?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

describe('the strings in the heaps of the running services', () => {
  it.each(SERVICES)('%s holds none that is another’s secret', (service) => {
    const held = [...(during.get(service) ?? []), ...(after.get(service) ?? [])];
    const foreign = held.filter((name) => HOLDERS[name]?.includes(service) !== true);
    expect(foreign).toEqual([]);
  });

  it('is searched where secrets are: each is found with its owner', () => {
    expect([...(after.get('token-vault') ?? [])]).toContain('client secret');
    expect([...(after.get('auth-gateway') ?? [])]).toEqual(
      expect.arrayContaining(['webhook secret', 'operator token']),
    );
    expect([...(during.get('ingestion') ?? [])]).toContain('access token');
  });

  it.each(['data key', 'encryption key', 'access token', 'refresh token', 'authorization code'])(
    'has no %s as text in the vault once its call has ended',
    (name) => {
      expect([...(after.get('token-vault') ?? [])]).not.toContain(name);
    },
  );
});

describe('the whole memory of the running services', () => {
  const namesIn = (service: ServiceName): string[] => [
    ...new Set([...(anywhere.get(service) ?? [])].map(({ secret }) => secret)),
  ];

  it.each(SERVICES)('%s has nothing in it, and never had, that is another’s secret', (service) => {
    expect(namesIn(service).filter((name) => HOLDERS[name]?.includes(service) !== true)).toEqual([]);
  });

  it('is searched where keys are: those of the cache are found in the vault, as bytes', () => {
    const bytes = [...(anywhere.get('token-vault') ?? [])].filter(({ encoding }) => encoding === 'raw');
    expect(bytes.map(({ secret }) => secret)).toEqual(expect.arrayContaining(['encryption key', 'client secret']));
  });
});
