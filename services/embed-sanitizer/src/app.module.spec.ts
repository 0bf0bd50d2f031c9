import { newRequestId, SanitizeReply, SUBJECT, type PlatformError } from '@trendpot/contracts';
import { request, type Messaging } from '@trendpot/messaging';
import { runService, type RunningService } from '@trendpot/nest-kit';
import { startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ASKED, VECTORS } from '../test/vectors.ts';
import { AppModule } from './app.module.ts';
import { loadConfig, topologyOf } from './config.ts';

let nats: PlatformNats;
let service: RunningService;

beforeAll(async () => {
  nats = await startPlatformNats();
  const credentials = nats.users.credentialsFileOf('embed-sanitizer');
  service = await runService(
    { name: 'embed-sanitizer', loadConfig, module: AppModule, topology: topologyOf, usesMongo: false },
    { PORT: '0', LOG_LEVEL: 'silent', NATS_URL: nats.url, NATS_CREDENTIALS_FILE: credentials },
  );
  await service.ready;
}, 90_000);

afterAll(async () => {
  await service.stop();
  await nats.stop();
}, 60_000);

describe('the service', () => {
  const sanitize = (client: Messaging, embeds: unknown) =>
    request(client, {
      subject: SUBJECT.embedsSanitize,
      payload: { version: 1, requestId: newRequestId(), embeds },
      reply: SanitizeReply,
      timeoutMs: 5000,
    });

  it('answers ingestion with one verdict an embed, and counts them', async () => {
    const real = VECTORS.find(({ name }) => name === 'real-display-api')?.html;
    const hostile = VECTORS.find(({ name }) => name === 'script-inline')?.html;
    const client = await nats.connect('ingestion');
    const { verdicts } = await sanitize(client, [
      { videoId: ASKED, html: real },
      { videoId: ASKED, html: hostile },
    ]);
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['safe', 'rejected']);
    const metrics = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
    expect(metrics).toContain('tiktok_embeds_total{verdict="safe"} 1\n');
    expect(metrics).toContain('tiktok_embeds_total{verdict="rejected"} 1\n');
  });

  it('takes twenty embeds of the greatest length that a message can carry', async () => {
    const html = `<p>${'x'.repeat(45_000)}</p>`;
    const embeds = Array.from({ length: 20 }, () => ({ videoId: ASKED, html }));
    const { verdicts } = await sanitize(await nats.connect('ingestion'), embeds);
    expect(verdicts).toHaveLength(20);
  });

  it('refuses a request that is none', async () => {
    const client = await nats.connect('ingestion');
    const refused = await sanitize(client, [{ videoId: 'x' }]).catch((error: unknown) => error as PlatformError);
    expect(refused).toMatchObject({ code: 'E_MALFORMED_MESSAGE' });
  });

  it('cannot be asked by whoever has no business with it', async () => {
    const client = await nats.connect('metrics-refresher');
    const refused = await sanitize(client, [{ videoId: ASKED }]).catch((error: unknown) => error as PlatformError);
    expect(refused).toMatchObject({ code: 'E_UNAVAILABLE' });
  });
});
