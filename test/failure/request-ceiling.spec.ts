import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startJudge, type Judge } from '../load/ceiling/fake-tiktok-process.ts';
import { runBacklog, runTides } from '../load/ceiling/runs.ts';
import { CEILINGS, type Ceilings } from '../load/ceiling/settings.ts';
import { shortOrLong } from './form.ts';

jest.setTimeout(shortOrLong(180_000, 600_000));

/** The short form of the benchmark under test/load/ceiling: the same processes and faults, smaller windows. */
const SMALL: Ceilings = { ...CEILINGS, perWindow: 40, background: 36, windowMs: 2_000 };

describe('the request ceiling, as TikTok sees it', () => {
  let judge: Judge;
  beforeAll(async () => {
    judge = await startJudge();
  });
  afterAll(async () => {
    await judge[Symbol.asyncDispose]();
  });

  it('holds in every window while workers and NATS are killed, paused and restarted, and the ceiling is lowered', async () => {
    const { verdict, day } = await runBacklog('ours', judge, {
      ceilings: SMALL,
      durationMs: shortOrLong(25_000, 240_000),
      faults: true,
      log: () => {},
    });
    expect(verdict.maxInWindow).toBeLessThanOrEqual(40);
    expect(verdict.maxBackgroundInWindow).toBeLessThanOrEqual(36);
    expect(verdict.maxInFlight).toBeLessThanOrEqual(5);
    expect(verdict.maxWhileLowered).toBeLessThanOrEqual(24);
    expect(verdict.calls).toBeGreaterThan(100);
    // A worker that is killed may take with it what it was about to send; a call without a permit there is never.
    expect(day?.wasted).toBeGreaterThanOrEqual(0);
    expect(day?.wasted).toBeLessThanOrEqual(10);
  });

  it('holds when a flood follows a quiet window, where fixed windows let twice as much through', async () => {
    const { verdict, day } = await runTides('ours', judge, { ceilings: SMALL, tides: shortOrLong(1, 10) });
    expect(verdict.maxInWindow).toBeLessThanOrEqual(40);
    expect(verdict.calls).toBeGreaterThan(40);
    expect(day?.wasted).toBe(0);
  });
});
