import { describe, expect, it } from '@jest/globals';
import { createRelayPace } from './relay-pace.ts';

const paced = () => {
  const clock = { now: 0 };
  return { clock, pace: createRelayPace(() => clock.now) };
};

describe('the pace of the relay', () => {
  it('pauses longer with every failure, up to ten seconds, and not at all after a success', () => {
    const { pace } = paced();
    const pauses = Array.from({ length: 40 }, () => {
      pace.failed('acc_1');
      return pace.pauseMs();
    });
    expect(pauses[0]).toBeLessThanOrEqual(100);
    expect(pauses[3]).toBeGreaterThan(pauses[0] ?? 0);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000);
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(7_500);
    pace.moved('acc_1');
    expect(pace.pauseMs()).toBe(0);
  });

  it('tells once that nothing gets through, and once that it does again', () => {
    const { pace } = paced();
    expect(Array.from({ length: 6 }, () => pace.failed('acc_1'))).toEqual([
      undefined,
      undefined,
      'relay',
      undefined,
      undefined,
      undefined,
    ]);
    expect(pace.isStalled()).toBe(true);
    expect([pace.moved('acc_2'), pace.moved('acc_2')]).toEqual(['relay', undefined]);
  });

  it('holds back one failing account while the others move, and tells so once', () => {
    const { clock, pace } = paced();
    const told = Array.from({ length: 5 }, () => {
      const said = pace.failed('acc_1');
      pace.moved('acc_2');
      return said;
    });
    expect(told).toEqual([undefined, undefined, 'account', undefined, undefined]);
    expect([pace.mayVisit('acc_1'), pace.mayVisit('acc_2')]).toEqual([false, true]);
    clock.now += 10_000;
    expect(pace.mayVisit('acc_1')).toBe(true);
    expect(pace.moved('acc_1')).toBe('account');
  });

  it('counts the accounts that nothing gets through for, until something does', () => {
    const { pace } = paced();
    for (let failure = 0; failure < 2; failure += 1) pace.failed('acc_1');
    expect(pace.blocked()).toBe(0);
    for (const accountId of ['acc_1', 'acc_2', 'acc_2', 'acc_2', 'acc_3']) pace.failed(accountId);
    expect(pace.blocked()).toBe(2);
    pace.moved('acc_1');
    expect(pace.blocked()).toBe(1);
  });

  it('forgets the oldest of very many failing accounts instead of growing', () => {
    const { pace } = paced();
    for (let index = 0; index < 1_500; index += 1) pace.failed(`acc_${index}`);
    expect([pace.mayVisit('acc_0'), pace.mayVisit('acc_1499')]).toEqual([true, false]);
  });
});
