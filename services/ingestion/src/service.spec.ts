import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import {
  failedSubject,
  LookupReply,
  newMessageId,
  newRequestId,
  PageReply,
  STREAM,
  SUBJECT,
  syncJobSubject,
} from '@trendpot/contracts';
import { publish, request } from '@trendpot/messaging';
import { runService, type RunningService } from '@trendpot/nest-kit';
import { eventually } from '@trendpot/testing';
import { startPipelineLab, type PipelineLab } from '../../../test/pipeline/lab.ts';
import { AppModule } from './app.module.ts';
import { loadConfig, topologyOf } from './config.ts';

jest.setTimeout(60_000);

const OUTBOX_LIMIT = 40;

let lab: PipelineLab;
let service: RunningService;

beforeAll(async () => {
  lab = await startPipelineLab();
  const environment = {
    ...lab.environmentOf('ingestion'),
    TIKTOK_INGESTION_RETRY_BACKOFF_MS: '50',
    TIKTOK_INGESTION_CONCURRENCY: '4',
    TRENDPOT_OUTBOX_LIMIT: String(OUTBOX_LIMIT),
  };
  const options = { name: 'ingestion', loadConfig, module: AppModule, topology: topologyOf, usesMongo: true } as const;
  service = await runService(options, environment);
  await service.ready;
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await lab?.[Symbol.asyncDispose]();
}, 60_000);

const stored = (accountId: string) => lab.database.collections.videos.find({ accountId }).toArray();
const account = (accountId: string) => lab.database.collections.accounts.findOne({ _id: accountId });
const listed = (handle: string) => lab.tiktok.get<{ id: string }[]>(`/creators/${handle}/videos`);
const callsOf = async (handle: string, route?: string) =>
  (await lab.tiktok.calls(route)).filter(
    ({ creator, route: path }) => creator === handle && path.startsWith('/v2/video/'),
  );

describe('ingestion on real servers', () => {
  it('says how much may wait in its outbox, for the alert to compare with', async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
    expect(metrics).toContain(`\ntiktok_outbox_limit ${OUTBOX_LIMIT}\n`);
  });

  it('stores a whole library with the least calls, tells of it in order, and leaves one schedule in each queue', async () => {
    const handle = await lab.creator(137);
    const accountId = await lab.vault.connect(handle);
    await lab.untilState(accountId, 'healthy');

    const ids = (await listed(handle)).map(({ id }) => id).sort();
    expect((await stored(accountId)).map(({ _id }) => _id).sort()).toEqual(ids);
    expect((await account(accountId))?.sync).toMatchObject({ videos: 137, complete: true });
    await eventually(async () => (await lab.workOf(STREAM.sync, accountId)).schedules === 1);
    await eventually(async () => (await lab.workOf(STREAM.refresh, accountId)).schedules === 1);
    expect(await lab.workOf(STREAM.refresh, accountId)).toEqual({ jobs: 0, schedules: 1 });

    const events = await lab.eventsOf(accountId);
    expect(events.map(({ data }) => data.sequence)).toEqual(events.map((_event, index) => index + 1));
    const told = events.flatMap(({ data }) => (data.change === 'synced' ? data.videos.map(({ id }) => id) : []));
    expect([...new Set(told)].sort()).toEqual(ids);
    const calls = await callsOf(handle);
    expect(calls.map(({ route }) => route)).toEqual(Array<string>(calls.length).fill('/v2/video/list/'));
    expect(calls.length).toBeLessThanOrEqual(Math.ceil(137 / 19));
  });

  it('tries again after a fault of TikTok, and refreshes a token that was refused', async () => {
    const handle = await lab.creator(25);
    await lab.tiktok.post('/fail-next', { route: '/v2/video/list/', times: 1, what: 'error', status: 500 });
    const accountId = await lab.vault.connect(handle);
    await lab.tiktok.post(`/grants/${handle}/expire-access`);
    await lab.untilState(accountId, 'healthy');
    expect(await stored(accountId)).toHaveLength(25);
    expect((await account(accountId))?.lastError).toBeUndefined();
  });

  it('asks again for a page whose answer lacks its list, instead of taking it for the end', async () => {
    const handle = await lab.creator(45);
    await lab.tiktok.post('/hold-next', { route: '/v2/video/list/', id: 'first-page' });
    const accountId = await lab.vault.connect(handle);
    await lab.tiktok.get('/held/first-page?withinMs=10000');
    const body = '{"error":{"code":"ok"}}';
    await lab.tiktok.post('/fail-next', { route: '/v2/video/list/', what: 'garbage', body });
    await lab.tiktok.post('/release/first-page');
    await lab.untilState(accountId, 'healthy');
    expect(await stored(accountId)).toHaveLength(45);
    expect(await callsOf(handle)).toHaveLength(4);
  });

  it('gives up after five attempts: dead letter, last error, event, and the page is planned again', async () => {
    const handle = await lab.creator(5);
    const accountId = await lab.vault.connectWithoutJob(handle);
    await lab.tiktok.post('/fail-next', { route: '/v2/video/list/', times: 5, what: 'error', status: 503 });
    const now = new Date().toISOString();
    const job = {
      version: 1,
      jobId: 'job_given_up',
      requestId: newRequestId(),
      accountId,
      mode: 'full',
      lane: 'first',
    };
    const body = JSON.stringify({ ...job, walkId: 'walk_given_up', page: 0, attempt: 1, queuedAt: now });
    await publish(lab.ingestion, { subject: syncJobSubject('first', accountId), body, messageId: 'job_given_up' });
    const failed = await eventually(async () => (await account(accountId))?.lastError, { withinMs: 20_000 });
    expect(failed.code).toBe('E_TIKTOK_UNAVAILABLE');
    await eventually(async () => (await lab.workOf(STREAM.sync, accountId)).schedules === 1);
    await eventually(async () => (await lab.eventsOf(accountId)).some(({ data }) => data.change === 'failed'));
    expect(await callsOf(handle)).toHaveLength(5);
    const { state } = await lab.gateway.manager.streams.info(STREAM.failed, { subjects_filter: '>' });
    expect(state.subjects?.[`tiktok.failed.sync.${accountId}`]).toBe(1);
  });

  it('begins no further page while more waits to be published than may', async () => {
    const { manager } = lab.ingestion;
    const creators = await Promise.all(
      Array.from({ length: 13 }, async () => {
        const handle = await lab.creator(5);
        return { handle, accountId: await lab.vault.connectWithoutJob(handle) };
      }),
    );
    const begin = ({ accountId }: { accountId: string }) => {
      const job = {
        version: 1,
        requestId: newRequestId(),
        accountId,
        mode: 'full',
        lane: 'first',
        page: 0,
        attempt: 1,
      };
      const names = { jobId: `job_${accountId}`, walkId: `walk_${accountId}`, queuedAt: new Date().toISOString() };
      const subject = syncJobSubject('first', accountId);
      return publish(lab.ingestion, { subject, body: JSON.stringify({ ...job, ...names }), messageId: names.jobId });
    };
    const outbox = { service: 'ingestion' };
    const waiting = () => lab.database.collections.outbox.countDocuments(outbox);
    await eventually(async () => (await lab.database.collections.outbox.countDocuments()) === 0);
    const { config } = await manager.streams.info(STREAM.events);
    const full = { ...config, max_bytes: 1, discard: 'new' as typeof config.discard };
    await manager.streams.update(STREAM.events, full);
    const [late, ...early] = creators;
    await Promise.all(early.map(begin));
    await eventually(async () => (await waiting()) > OUTBOX_LIMIT, { withinMs: 20_000 });
    await delay(1_500);
    if (late !== undefined) await begin(late);
    await delay(1_500);
    expect(await callsOf(late?.handle ?? '')).toEqual([]);
    await manager.streams.update(STREAM.events, config);
    for (const { accountId } of creators) await lab.untilState(accountId, 'healthy');
    expect(await callsOf(late?.handle ?? '')).toHaveLength(1);
    await eventually(async () => (await waiting()) === 0);
  });

  it('asks the creator to reconnect when a scope is missing, and stops', async () => {
    const handle = await lab.creator(5);
    await lab.tiktok.knobs({ grantedScopes: ['user.info.basic'] });
    const accountId = await lab.vault.connect(handle);
    await lab.untilState(accountId, 'needs_consent');
    await lab.tiktok.knobs({ grantedScopes: null });
    expect((await account(accountId))?.lastError?.code).toBe('E_SCOPE_MISSING');
    await eventually(async () => (await lab.workOf(STREAM.sync, accountId)).jobs === 0);
    expect(await lab.workOf(STREAM.sync, accountId)).toEqual({ jobs: 0, schedules: 0 });
  });

  it('looks up and pages for a person, and refuses what is not theirs', async () => {
    const handle = await lab.creator(45);
    const accountId = await lab.vault.connectWithoutJob(handle);
    const other = await lab.vault.connectWithoutJob(await lab.creator(1));
    const [, second] = await listed(handle);
    const base = { version: 1, requestId: newRequestId() };
    const lookUp = (who: string, videoId: string) =>
      request(lab.gateway, {
        subject: SUBJECT.videosLookup,
        payload: { ...base, accountId: who, videoId },
        reply: LookupReply,
        timeoutMs: 5_000,
      });
    await expect(lookUp(accountId, second?.id ?? '')).resolves.toMatchObject({ source: 'tiktok' });
    await expect(lookUp(accountId, second?.id ?? '')).resolves.toMatchObject({ source: 'stored' });
    await expect(lookUp(other, second?.id ?? '')).rejects.toMatchObject({ code: 'E_VIDEO_NOT_OWNED' });
    await expect(lookUp(accountId, '7123456789012345678')).rejects.toMatchObject({ code: 'E_VIDEO_NOT_FOUND' });
    expect((await callsOf(handle)).map(({ route }) => route)).toEqual(['/v2/video/data/', '/v2/video/data/']);

    const seen: string[] = [];
    for (let cursor: number | undefined, more = true; more;) {
      const payload = { ...base, accountId, ...(cursor === undefined ? {} : { cursor }) };
      const page = await request(lab.gateway, {
        subject: SUBJECT.videosPage,
        payload,
        reply: PageReply,
        timeoutMs: 5_000,
      });
      seen.push(...page.videos.map(({ id }) => id));
      cursor = page.nextCursor;
      more = page.hasMore;
    }
    expect(seen).toEqual((await listed(handle)).map(({ id }) => id));
    expect((await account(accountId))?.sync.videos).toBe(45);
  });

  it('finds every new video, although a person’s live page has stored the newest ones before', async () => {
    const handle = await lab.creator(60);
    const accountId = await lab.vault.connect(handle);
    await lab.untilState(accountId, 'healthy');
    const before = (await callsOf(handle)).length;
    await lab.tiktok.post(`/creators/${handle}/videos`, { videos: 45 });
    const requestId = newRequestId();
    const payload = { version: 1, requestId, accountId };
    await request(lab.gateway, { subject: SUBJECT.videosPage, payload, reply: PageReply, timeoutMs: 5_000 });
    expect(await stored(accountId)).toHaveLength(80);

    const walk = {
      ...payload,
      jobId: 'job_incremental',
      mode: 'incremental',
      lane: 'page',
      walkId: 'walk_incremental',
    };
    const body = JSON.stringify({ ...walk, page: 0, attempt: 1, queuedAt: new Date() });
    await publish(lab.ingestion, { subject: syncJobSubject('page', accountId), body, messageId: 'job_incremental' });
    await eventually(async () => (await stored(accountId)).length === 105, { what: 'all 105 videos' });
    await eventually(async () => (await account(accountId))?.sync.cursor === undefined, {
      what: 'the end of the walk',
    });
    // The live page, three pages with something new but for the first, and one that brings nothing new.
    expect((await callsOf(handle)).length - before).toBe(5);
  });

  it('erases everything after a disconnect, with a page in flight too', async () => {
    const handle = await lab.creator(60);
    const accountId = await lab.vault.connect(handle);
    await lab.untilState(accountId, 'healthy');
    await eventually(async () => (await lab.workOf(STREAM.sync, accountId)).schedules === 1);
    const subject = failedSubject('sync', accountId);
    await publish(lab.ingestion, { subject, body: '{}', messageId: newMessageId() });

    await lab.tiktok.post('/hold-next', { route: '/v2/video/list/', id: 'in-flight' });
    const walk = {
      version: 1,
      jobId: 'job_in_flight',
      requestId: newRequestId(),
      accountId,
      mode: 'full',
      lane: 'page',
    };
    const body = JSON.stringify({ ...walk, walkId: 'walk_in_flight', page: 0, attempt: 1, queuedAt: new Date() });
    await publish(lab.ingestion, { subject: syncJobSubject('page', accountId), body, messageId: 'job_in_flight' });
    await lab.tiktok.get('/held/in-flight?withinMs=10000');
    await lab.vault.disconnect(accountId);
    await eventually(async () => (await stored(accountId)).length === 0);
    await lab.tiktok.post('/release/in-flight');

    await eventually(async () => {
      const { jobs, schedules } = await lab.workOf(STREAM.sync, accountId);
      return jobs === 0 && schedules === 0;
    });
    await eventually(async () => {
      const { state } = await lab.ingestion.manager.streams.info(STREAM.failed, { subjects_filter: subject });
      return Object.keys(state.subjects ?? {}).length === 0;
    });
    await eventually(async () => (await lab.eventsOf(accountId)).length === 2);
    expect((await lab.eventsOf(accountId)).map(({ data }) => data.change)).toEqual(['pruned', 'revoked']);
    expect(await stored(accountId)).toEqual([]);
    expect((await account(accountId))?.sync).toEqual({ pages: 0, videos: 0, complete: false });
  });
});
