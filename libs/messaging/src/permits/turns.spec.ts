import { describe, expect, it } from '@jest/globals';
import { setImmediate as soon } from 'node:timers/promises';
import { gate } from '@trendpot/testing';
import { createTurns, type Turn, type Turns } from './turns.ts';

const NEVER_BY_ITSELF = 60_000;
const atOnce = (): Promise<void> => Promise.resolve();

/** So many who wait; each that is called up is noted, with its turn. */
const queueUp = (turns: Turns, count: number) => {
  const called: Turn[] = [];
  for (let index = 0; index < count; index += 1) void turns.take(atOnce).then((turn) => called.push(turn));
  return called;
};

describe('a turn to make ready for a call', () => {
  it('comes to one after the other, when a call has begun or none will follow', async () => {
    const turns = createTurns(NEVER_BY_ITSELF);
    expect(turns.isFree()).toBe(true);
    const called = queueUp(turns, 4);
    await soon();
    expect([called.length, turns.isFree()]).toEqual([1, false]);
    turns.callBegan();
    await soon();
    expect(called).toHaveLength(2);
    called[0]?.end();
    await soon();
    expect(called).toHaveLength(2);
    called[1]?.end();
    await soon();
    expect(called).toHaveLength(3);
    turns.callBegan();
    await soon();
    turns.callBegan();
    expect([called.length, turns.isFree()]).toEqual([4, true]);
  });

  it('passes on when whoever has it takes too long', async () => {
    const called = queueUp(createTurns(10), 3);
    const startedAt = performance.now();
    while (called.length < 3) {
      if (performance.now() - startedAt > 5_000) throw new Error(`only ${called.length} were called up`);
      await soon();
    }
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(18);
  });

  it('stays with who is called up while no permit can be had, whoever else makes calls', async () => {
    const turns = createTurns(1);
    const available = gate();
    const order: string[] = [];
    void turns.take(() => available.passed).then(() => order.push('first'));
    void turns.take(atOnce).then(() => order.push('second'));
    turns.callBegan();
    await soon();
    expect(order).toEqual([]);
    available.open();
    await soon();
    turns.callBegan();
    await soon();
    expect(order).toEqual(['first', 'second']);
  });

  it('goes to the next when no permit comes for this one, or it stops waiting', async () => {
    const turns = createTurns(NEVER_BY_ITSELF);
    const refused = turns.take(() => Promise.reject(new Error('closed')));
    const stop = new AbortController();
    const stopped = turns.take(atOnce, stop.signal);
    const called = queueUp(turns, 1);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'E_PERMIT_UNAVAILABLE' });
    await expect(refused).rejects.toThrow('closed');
    await soon();
    expect(called).toHaveLength(1);
  });

  it('comes to nobody once all is closed', async () => {
    const turns = createTurns(NEVER_BY_ITSELF);
    queueUp(turns, 1);
    const waiting = turns.take(atOnce);
    turns.close();
    await expect(waiting).rejects.toMatchObject({ code: 'E_PERMIT_UNAVAILABLE' });
    await expect(turns.take(atOnce)).rejects.toMatchObject({ code: 'E_PERMIT_UNAVAILABLE' });
  });
});
