import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@trendpot/testing';
import { sendWebhook } from '../../test/send-webhook.ts';
import { startGateway, type GatewayUnderTest } from '../../test/start-gateway.ts';

const OLD = 'the-client-secret-of-today';
const NEW = 'the-client-secret-of-tomorrow';

let folder: string;
let gateway: GatewayUnderTest;
let deliveries = 0;

/** As a secret store does it: whole, at one moment. */
const holdSecrets = async (...values: readonly string[]): Promise<void> => {
  await writeFile(join(folder, 'next'), values.join('\n'), { mode: 0o600 });
  await rename(join(folder, 'next'), join(folder, 'secret'));
};

/** @returns the status that a webhook signed with this secret gets. */
const deliver = async (secret: string): Promise<number> => {
  const createTime = Math.floor(Date.now() / 1000) - (deliveries += 1);
  const body = JSON.stringify({ client_key: 'aw-test-key', event: 'video.publish.completed', create_time: createTime });
  return (await sendWebhook(gateway, body, secret)).status;
};
const statuses = async () => ({ old: await deliver(OLD), new: await deliver(NEW) });
const becomes = (expected: { old: number; new: number }): Promise<unknown> =>
  eventually(async () => JSON.stringify(await statuses()) === JSON.stringify(expected), {
    withinMs: 10_000,
    what: `webhooks being answered with ${JSON.stringify(expected)}`,
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webhook-secret-'));
  await holdSecrets(OLD);
  gateway = await startGateway({
    TIKTOK_WEBHOOK_SECRET: 'replaced-by-the-file',
    TIKTOK_WEBHOOK_SECRET_FILE: join(folder, 'secret'),
    TRENDPOT_API_RATE_PER_MIN: '10000',
  });
}, 60_000);
afterAll(async () => {
  await gateway?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the webhook secret', () => {
  it('rotates without a restart: the old one, both at once, the new one', async () => {
    expect(await statuses()).toEqual({ old: 200, new: 401 });
    await holdSecrets(NEW, OLD);
    await becomes({ old: 200, new: 200 });
    await holdSecrets(NEW);
    await becomes({ old: 401, new: 200 });
    expect(await deliver('replaced-by-the-file')).toBe(401);
  });
});
