import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SUBJECT } from '@trendpot/contracts';
import { eventually, mostInAnyWindow } from '@trendpot/testing';
import { send, startPermitsBench, type PermitsBench } from '../../test/permits-bench.ts';
import type { Permits } from './permits.ts';
import { createReturns } from './returns.ts';

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
    await eventually(() => bench.ingestion.isConnected(), { what: 'NATS is back' });
    const usage = await permits.usage();
    expect(usage.minute.used).toBe(40);
    expect(usage.day.used).toBe(40);
  });

  it('allow no call while NATS cannot answer, and go on by themselves afterwards', async () => {
    await bench.platform.server.kill();
    await eventually(() => !bench.ingestion.isConnected(), { what: 'the connection is lost' });
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
    await eventually(() => sentAt.length >= 60, { what: 'the window is full' });
    await bench.platform.server.kill();
    await bench.platform.server.restart();
    const before = sentAt.length;
    await eventually(() => sentAt.length > before + 20, { what: 'calls go on', withinMs: 15_000 });
    stopped = true;
    await bench.platform.server.kill();
    await permits.close();
    await Promise.all(workers);
    await bench.platform.server.restart();
    expect(mostInAnyWindow(sentAt, 5_000)).toBeLessThanOrEqual(60);
  });

  it('hold every window when NATS comes back without its disk: nobody calls until what it forgot is over', async () => {
    const refresher = await bench.open(await bench.platform.connect('metrics-refresher'));
    const sentAt: number[] = [];
    let stopped = false;
    const worker = async (own: Permits): Promise<void> => {
      while (!stopped) {
        await own
          .withPermit('background', async (permit) => {
            permit.beforeSend();
            sentAt.push(performance.now());
          })
          .catch(() => {});
      }
    };
    const workers = [permits, permits, refresher, refresher].map(worker);
    await eventually(() => sentAt.length >= 60, { what: 'the window is full' });
    await bench.platform.server.kill();
    await rm(join(bench.platform.server.storeDir, 'jetstream'), { recursive: true, force: true });
    await bench.platform.server.restart();
    await eventually(() => sentAt.length >= 90, { what: 'calls go on', withinMs: 30_000 });
    stopped = true;
    await Promise.all([permits.close(), refresher.close()]);
    await Promise.all(workers);
    expect(mostInAnyWindow(sentAt, 5_000)).toBeLessThanOrEqual(60);
  });

  it('are signalled when the answer to giving them back was lost', async () => {
    const { manager } = bench.ingestion;
    let answersLost = 1;
    const streams = Object.create(manager.streams) as typeof manager.streams;
    streams.deleteMessage = async (...values) => {
      const deleted = await manager.streams.deleteMessage(...values);
      if ((answersLost -= 1) >= 0) throw new Error('no answer');
      return deleted;
    };
    const returns = createReturns({
      ...bench.ingestion,
      manager: Object.create(manager, { streams: { value: streams } }) as typeof manager,
    });
    const signals: string[] = [];
    bench.ingestion.connection.subscribe(SUBJECT.permitReleased, {
      callback: (_error, message) => void signals.push(message.string()),
    });
    const ceiling = { stream: 'TIKTOK_PERMITS_DAY', subject: SUBJECT.permitDay } as const;
    const { seq: sequence } = await bench.ingestion.jetstream.publish(ceiling.subject, '', { msgID: 'given-back' });
    returns.put([{ ceiling, sequence }]);
    await eventually(() => signals.includes('TIKTOK_PERMITS_DAY'), { what: 'the signal' });
    expect((await permits.usage()).day.used).toBe(0);
  });

  it('are not lost when the answer to their request is: what was stored is found and given back', async () => {
    const { jetstream } = bench.ingestion;
    const returns = createReturns(bench.ingestion);
    const ceiling = { stream: 'TIKTOK_PERMITS_MINUTE', subject: SUBJECT.permitMinute } as const;
    await jetstream.publish(ceiling.subject, '', { msgID: 'answer-lost' });
    expect((await permits.usage()).minute.used).toBe(1);
    returns.resolve(ceiling, 'answer-lost');
    returns.resolve(ceiling, 'never-arrived');
    await eventually(async () => (await permits.usage()).minute.used === 0, { what: 'both are gone' });
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
    await eventually(async () => (await permits.usage()).minute.used === 59, { what: 'it is given back' });
  });
});
