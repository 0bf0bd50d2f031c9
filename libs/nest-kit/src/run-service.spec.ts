import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlatformError } from '@trendpot/contracts';
import {
  CONSUMER,
  newAccountId,
  newRequestId,
  STREAM,
  SUBJECT,
  syncJobSubject,
  type SyncJob,
} from '@trendpot/contracts';
import { publish, request, type Messaging } from '@trendpot/messaging';
import { appendOutbox } from '@trendpot/persistence';
import { z } from 'zod';
import { CEILINGS, eventually, gate, someSyncJob, startBackingStores, type BackingStores } from '@trendpot/testing';
import { contextOfSample, recorded, SampleModule } from '../test/sample-service.ts';
import { databaseOf, runService, type RunningService, type ServiceOptions } from './index.ts';

let stores: BackingStores;
let service: RunningService;
let gateway: Messaging;
const at = (path: string) => `http://127.0.0.1:${service.port}${path}`;
const jobOf = (page: number): SyncJob => someSyncJob(newAccountId(), { mode: 'full', lane: 'first', page, attempt: 1 });
const queue = (job: SyncJob) =>
  publish(gateway, {
    subject: syncJobSubject('first', job.accountId),
    body: JSON.stringify(job),
    messageId: job.jobId,
  });
const metric = async (line: string) => (await (await fetch(at('/metrics'))).text()).includes(`\n${line}\n`);

const start = async (
  more: Partial<ServiceOptions<object>> = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningService> =>
  runService(
    {
      name: 'ingestion',
      loadConfig: () => ({}),
      module: SampleModule,
      topology: () => ({ ceilings: CEILINGS }),
      usesMongo: true,
      http: () => undefined,
      ...more,
    },
    { ...stores.environmentOf('ingestion', 'kit'), ...settings },
  );

beforeAll(async () => {
  stores = await startBackingStores();
  service = await start();
  gateway = await stores.nats.connect('auth-gateway');
  await service.ready;
}, 90_000);
afterAll(async () => {
  recorded.mayFinish.resolve();
  await (service as RunningService | undefined)?.stop();
  await (stores as BackingStores | undefined)?.stop();
}, 60_000);

describe('a running service', () => {
  it('is alive, ready and measured', async () => {
    expect(await (await fetch(at('/healthz'))).json()).toEqual({ status: 'alive' });
    const ready = await fetch(at('/readyz'));
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
    const metrics = await fetch(at('/metrics'));
    expect(metrics.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await metrics.text();
    expect(text).toContain('service_ready{check="mongo"} 1');
    expect(text).toContain('tiktok_outbox_waiting 0');
  });

  const lookUp = (videoId: string) =>
    request(gateway, {
      subject: SUBJECT.videosLookup,
      payload: { version: 1, requestId: newRequestId(), accountId: newAccountId(), videoId },
      reply: z.any(),
      timeoutMs: 5_000,
    });

  it('answers requests with what its handler returns', async () => {
    expect(await lookUp('123456')).toMatchObject({ videoId: '123456' });
  });

  it.each([
    ['404404', 'E_VIDEO_NOT_FOUND'],
    ['500500', 'E_INTERNAL'],
    ['not an id', 'E_MALFORMED_MESSAGE'],
  ])('refuses %s with %s and no detail', async (videoId, code) => {
    const refused = await lookUp(videoId).catch((error: unknown) => error as PlatformError);
    expect(refused).toMatchObject({ code });
    expect(JSON.stringify(refused) + String((refused as Error).message)).not.toContain('canary');
  });

  it('does jobs, drops those without a subject and gives up those that cannot succeed', async () => {
    const jobs = [jobOf(0), jobOf(1), jobOf(2)];
    for (const job of jobs) await queue(job);
    await eventually(() => recorded.letters[0], { what: 'the dead letter' });
    expect(recorded.jobs).toEqual(jobs);
    expect(recorded.letters).toMatchObject([{ code: 'E_TIKTOK_REQUEST_REJECTED', accountId: jobs[2]?.accountId }]);
  });

  it('publishes what a transaction appended, and hears it as an event', async () => {
    const database = databaseOf(contextOfSample());
    const accountId = newAccountId();
    await database.transaction(async (session) => {
      await database.collections.accounts.insertOne(
        {
          _id: accountId,
          userId: 'usr_00000000000000000000',
          state: 'connected',
          scopes: { requested: [], granted: [] },
          consentCopyVersion: '1',
          sync: { pages: 0, videos: 0, complete: false },
          eventSequence: 0,
          createdAt: new Date(),
          updatedAt: new Date(),
        },
        { session },
      );
      await appendOutbox(database.collections, session, {
        accountId,
        service: 'ingestion',
        subject: SUBJECT.accountsUpdate,
        build: (sequence, id) => ({
          specversion: '1.0',
          id,
          type: SUBJECT.accountsUpdate,
          source: '/trendpot/ingestion',
          subject: accountId,
          time: new Date().toISOString(),
          data: { version: 1, accountId, sequence, change: 'state', state: 'syncing' },
        }),
      });
    });
    contextOfSample().outbox?.notify();
    const event = await eventually(() => recorded.events[0], { what: 'the event' });
    expect(event).toMatchObject({ type: SUBJECT.accountsUpdate, data: { accountId, sequence: 1 } });
    const count = 'tiktok_events_published_total{type="tiktok.accounts.update"} 1';
    await eventually(() => metric(count), { what: 'its count' });
  });
});

describe('its HTTP', () => {
  it('carries one request id through: the caller’s if it is well formed, else a new one', async () => {
    const given = await fetch(at('/things/1'), { headers: { 'x-request-id': 'req_of_the_caller' } });
    expect(await given.json()).toEqual({ id: '1', requestId: 'req_of_the_caller' });
    expect(given.headers.get('x-request-id')).toBe('req_of_the_caller');
    const odd = await fetch(at('/things/1'), { headers: { 'x-request-id': 'a b' } });
    expect(odd.headers.get('x-request-id')).toMatch(/^req_/);
    expect(odd.headers.get('x-powered-by')).toBeNull();
  });

  it.each<[string, number, string, RequestInit]>([
    ['/things/busy', 429, 'E_TOO_MANY_REQUESTS', {}],
    ['/things/broken', 500, 'E_INTERNAL', {}],
    ['/nowhere', 404, 'E_NOT_FOUND', {}],
    [
      '/raw',
      400,
      'E_MALFORMED_MESSAGE',
      { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } },
    ],
    [
      '/raw',
      413,
      'E_MESSAGE_TOO_LARGE',
      { method: 'POST', body: `"${'x'.repeat(200_000)}"`, headers: { 'content-type': 'application/json' } },
    ],
  ])('answers %s with %i %s, the constant text and nothing else', async (path, status, code, init) => {
    const response = await fetch(at(path), init);
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(JSON.parse(text)).toEqual({
      error: { code, message: expect.any(String), requestId: response.headers.get('x-request-id') },
    });
    expect(text).not.toContain('canary');
    if (status === 429) expect(response.headers.get('retry-after')).toBe('2');
  });

  it('counts requests by route template, never by path', async () => {
    await fetch(at('/things/2'));
    await eventually(
      async () => {
        const text = await (await fetch(at('/metrics'))).text();
        return /http_requests_total\{route="\/things\/:id",status="200"\} \d/.test(text);
      },
      { what: 'its count' },
    );
    expect(await (await fetch(at('/metrics'))).text()).not.toContain('/things/2');
  });

  it('keeps the raw body for whoever must check its signature', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(at('/raw'), { method: 'POST', body: '{ "a":  1 }', headers });
    expect(await response.json()).toEqual({ bytes: 11 });
  });
});

describe('the copies of its streams', () => {
  it('are asked for as the setting says: this NATS, which stands alone, refuses three', async () => {
    const topology = () => ({ ceilings: CEILINGS, readyWithinMs: 100 });
    const wanting = await start({ topology }, { NATS_STREAM_REPLICAS: '3' });
    const told = gate<unknown>();
    Object.assign(wanting.logger, { warn: (_event: string, { error }: { error: Error }) => told.open(error.cause) });
    expect(String(await told.passed)).toContain('replicas > 1 not supported in non-clustered mode');
    await wanting.stop();
  }, 40_000);
});

describe('stopping', () => {
  it('finishes the job in flight, cuts endless answers, runs its steps in order and closes the port', async () => {
    const endless = await fetch(at('/stream'));
    await queue(jobOf(3));
    await eventually(() => recorded.jobs.find(({ page }) => page === 3), { what: 'the job in flight' });
    const stopped = service.stop();
    expect(recorded.steps).toEqual([]);
    await eventually(
      () =>
        endless.text().then(
          () => true,
          () => true,
        ),
      { what: 'the end of the endless answer' },
    );
    recorded.mayFinish.resolve();
    await stopped;
    expect(recorded.steps).toEqual(['clock', 'last registered', 'first registered']);
    await expect(fetch(at('/healthz'))).rejects.toThrow();
  }, 40_000);

  it('cuts a job short that would not end, and gives it back to its queue as fresh as it was', async () => {
    const hasty = await start({ finishWithinMs: () => 200 });
    await hasty.ready;
    await queue(jobOf(4));
    await eventually(() => recorded.jobs.some(({ page }) => page === 4), { what: 'the job in flight' });
    await hasty.stop();
    const { manager } = await stores.nats.connect('ingestion');
    const consumer = await manager.consumers.info(STREAM.sync, CONSUMER.syncFirst);
    expect(consumer).toMatchObject({ num_pending: 1, num_ack_pending: 0, num_redelivered: 0 });
  }, 40_000);
});
