import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { STREAM, type Counts } from '@trendpot/contracts';
import { runService, type RunningService } from '@trendpot/nest-kit';
import { eventually } from '@trendpot/testing';
import { beginRound, healthyAccount } from '../../../test/pipeline/healthy-account.ts';
import { startPipelineLab, type PipelineLab } from '../../../test/pipeline/lab.ts';
import { AppModule } from './app.module.ts';
import { loadConfig, topologyOf } from './config.ts';

const INTERVAL_MS = 3_000;

jest.setTimeout(60_000);

let lab: PipelineLab;
let service: RunningService;

beforeAll(async () => {
  lab = await startPipelineLab();
  const environment = {
    ...lab.environmentOf('metrics-refresher'),
    TIKTOK_INGESTION_RETRY_BACKOFF_MS: '50',
    TIKTOK_METRICS_REFRESH_INTERVAL_MS: String(INTERVAL_MS),
    TRENDPOT_OUTBOX_LIMIT: '40',
  };
  const module = AppModule;
  const options = { name: 'metrics-refresher', loadConfig, module, topology: topologyOf, usesMongo: true } as const;
  service = await runService(options, environment);
  await service.ready;
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await lab?.[Symbol.asyncDispose]();
}, 60_000);

const healthy = (videos: number, counts: Counts = { views: 1, shares: 5 }) => healthyAccount(lab, videos, counts);
const begin = (accountId: string) => beginRound(lab, accountId);
const stored = (accountId: string) => lab.database.collections.videos.find({ accountId }).toArray();
const account = (accountId: string) => lab.database.collections.accounts.findOne({ _id: accountId });
const roundEnded = (accountId: string) =>
  eventually(async () => (await account(accountId))?.refresh?.finishedAt !== undefined && account(accountId));
const callsOf = async (handle: string) =>
  (await lab.tiktok.calls()).filter(({ creator, route }) => creator === handle && route.startsWith('/v2/video/'));

describe('metrics-refresher on real servers', () => {
  it('says how much may wait in its outbox, for the alert to compare with', async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
    expect(metrics).toContain('\ntiktok_outbox_limit 40\n');
  });

  it('refreshes every count in full batches, tells of them in order, and leaves one schedule', async () => {
    const { handle, accountId, listed } = await healthy(45);
    await begin(accountId);
    await roundEnded(accountId);
    const videos = await stored(accountId);
    const views = new Map(listed.map(({ id, counts }) => [id, counts.view_count]));
    expect(videos.map(({ counts }) => counts.views)).toEqual(videos.map(({ _id }) => views.get(_id)));
    expect(videos.every(({ lastRefreshedAt }) => lastRefreshedAt.getTime() > 0)).toBe(true);
    expect((await callsOf(handle)).map(({ route }) => route)).toEqual(Array<string>(3).fill('/v2/video/data/'));
    await eventually(async () => (await lab.workOf(STREAM.refresh, accountId)).schedules === 1);
    const told = (await lab.eventsOf(accountId)).filter(({ data }) => data.change === 'metrics');
    expect(told.map(({ data }) => data.sequence)).toEqual([2, 3, 4]);
    expect(told.flatMap(({ data }) => (data.change === 'metrics' ? data.videos : []))).toHaveLength(45);
  });

  it('comes again when its schedule fires, keeps a count left out, and removes a video unknown twice', async () => {
    const { handle, accountId, listed } = await healthy(3);
    const [hidden] = listed;
    await lab.tiktok.knobs({ countsMissing: ['share_count'] });
    const headers = { 'content-type': 'application/json' };
    const url = `${lab.tiktok.url}/__control/creators/${handle}/videos/${hidden?.id}`;
    await fetch(url, { method: 'PATCH', headers, body: JSON.stringify({ hidden: true }) });
    await begin(accountId);
    await roundEnded(accountId);
    expect((await stored(accountId)).every(({ counts }) => counts.shares === 5)).toBe(true);
    const after = await eventually(async () => (await account(accountId))?.sync.videos === 2 && account(accountId));
    await lab.tiktok.knobs({ countsMissing: [] });
    expect(after?.refresh?.finishedAt).toBeDefined();
    expect(await stored(accountId)).toHaveLength(2);
    const removed = await eventually(async () =>
      (await lab.eventsOf(accountId)).find(({ data }) => data.change === 'removed'),
    );
    expect(removed.data).toMatchObject({ videoIds: [hidden?.id] });
  });

  it('asks again when an answer lacks its list, instead of taking the videos for gone', async () => {
    const { handle, accountId } = await healthy(3);
    const body = '{"data":{},"error":{"code":"ok"}}';
    await lab.tiktok.post('/fail-next', { route: '/v2/video/data/', times: 2, what: 'garbage', body });
    await begin(accountId);
    await roundEnded(accountId);
    expect((await stored(accountId)).map(({ absences }) => absences)).toEqual([0, 0, 0]);
    expect(await callsOf(handle)).toHaveLength(3);
  });

  it('stops for good when the creator disconnects', async () => {
    const { accountId } = await healthy(3);
    await begin(accountId);
    await roundEnded(accountId);
    await eventually(async () => (await lab.workOf(STREAM.refresh, accountId)).schedules === 1);
    await lab.vault.disconnect(accountId);
    await eventually(async () => {
      const { jobs, schedules } = await lab.workOf(STREAM.refresh, accountId);
      return jobs === 0 && schedules === 0;
    });
  });

  it('asks the creator to reconnect when a scope is missing', async () => {
    await lab.tiktok.knobs({ grantedScopes: ['video.list'] });
    const { accountId } = await healthy(3);
    await begin(accountId);
    await lab.untilState(accountId, 'needs_consent');
    await lab.tiktok.knobs({ grantedScopes: null });
    await eventually(async () => (await lab.workOf(STREAM.refresh, accountId)).jobs === 0);
    expect(await lab.workOf(STREAM.refresh, accountId)).toEqual({ jobs: 0, schedules: 0 });
  });
});
