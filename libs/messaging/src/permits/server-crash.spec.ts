import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SUBJECT } from '@trendpot/contracts';
import { send, startPermitsBench, type PermitsBench } from '../testing/permits-bench.ts';
import { mostInAnyWindow } from '../testing/sliding-window.ts';
import { until } from '../testing/until.ts';
import { createReturns } from './returns.ts';
import type { Permits } from './permits.ts';

jest.setTimeout(60_000);

describe('permits when NATS dies', () => {
  let bench: PermitsBench;
  let permits: Permits;
  beforeEach(async () => {
    bench = await startPermitsBench({ windowMs: 5_000, perMinute: 60, backgroundPerMinute: 60 });
    permits = await bench.open();
  });
  afterEach(() => bench.stop());

  it('are all still taken after kill -9 right behind them', async () => {
    await Promise.all(Array.from({ length: 40 }, () => permits.withPermit('background', send)));
    await bench.platform.server.kill();
    await bench.platform.server.restart();
    await until('NATS is back', () => bench.ingestion.isConnected());
    const usage = await permits.usage();
    expect(usage.minute.used).toBe(40);
    expect(usage.day.used).toBe(40);
  });

  it('allow no call while NATS cannot answer, and go on by themselves afterwards', async () => {
    await bench.platform.server.kill();
    await until('the connection is lost', () => !bench.ingestion.isConnected());
    await expect(permits.withPermit('interactive', send, { deadlineMs: 300 })).rejects.toMatchObject({
      code: 'E_PERMIT_UNAVAILABLE',
    });
    await expect(permits.usage()).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    const patient = permits.withPermit('background', send);
    await bench.platform.server.restart();
    await patient;
  });

  it('hold every window across a crash', async () => {
    const sentAt: number[] = [];
    let stopped = false;
    const worker = async (): Promise<void> => {
      while (!stopped) {
        await permits
          .withPermit('background', async (permit) => {
            permit.beforeSend();
            sentAt.push(performance.now());
          })
          .catch(() => {});
      }
    };
    const workers = [worker(), worker(), worker()];
    await until('the window is full', () => sentAt.length >= 60);
    await bench.platform.server.kill();
    await bench.platform.server.restart();
    const before = sentAt.length;
    await until('calls go on', () => sentAt.length > before + 20, 15_000);
    stopped = true;
    await bench.platform.server.kill();
    await permits.close();
    await Promise.all(workers);
    await bench.platform.server.restart();
    expect(mostInAnyWindow(sentAt, 5_000)).toBeLessThanOrEqual(60);
  });

  it('are not lost when the answer to their request is: what was stored is found and given back', async () => {
    const { jetstream } = bench.ingestion;
    const returns = createReturns(bench.ingestion);
    const ceiling = { stream: 'TIKTOK_PERMITS_MINUTE', subject: SUBJECT.permitMinute } as const;
    await jetstream.publish(ceiling.subject, '', { msgID: 'answer-lost' });
    expect((await permits.usage()).minute.used).toBe(1);
    returns.resolve(ceiling, 'answer-lost');
    returns.resolve(ceiling, 'never-arrived');
    await until('both are gone', async () => (await permits.usage()).minute.used === 0);
  });

  it("are found even when the ceiling is reached meanwhile, and nobody else's is given back", async () => {
    const { jetstream } = bench.ingestion;
    const returns = createReturns(bench.ingestion);
    const ceiling = { stream: 'TIKTOK_PERMITS_MINUTE', subject: SUBJECT.permitMinute } as const;
    for (let index = 0; index < 60; index += 1)
      await jetstream.publish(ceiling.subject, '', { msgID: `full-${index}` });
    returns.resolve(ceiling, 'never-arrived');
    expect(await returns.settled(2_000)).toBe(true);
    expect((await permits.usage()).minute.used).toBe(60);
    returns.resolve(ceiling, 'full-7');
    await until('it is given back', async () => (await permits.usage()).minute.used === 59);
  });
});
