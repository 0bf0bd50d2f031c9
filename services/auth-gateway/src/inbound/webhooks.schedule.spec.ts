import { describe, expect, it } from '@jest/globals';
import { eventually, gate } from '@trendpot/testing';
import { startWebhookSweep } from './webhooks.schedule.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the sweep of webhooks', () => {
  it('takes up all that are due, and a stop waits for the one under way and begins no other', async () => {
    const third = gate();
    const asked: (number | undefined)[] = [];
    const stop = startWebhookSweep(async (most) => {
      asked.push(most);
      if (asked.length === 3) await third.passed;
      return 1;
    }, silent);
    await eventually(() => asked.length === 3, { what: 'the third webhook', everyMs: 1 });

    const ends: string[] = [];
    const stopped = stop().then(() => ends.push('the sweep'));
    await new Promise(setImmediate);
    ends.push('the webhook');
    third.open();
    await stopped;
    expect(ends).toEqual(['the webhook', 'the sweep']);
    expect(asked).toEqual([1, 1, 1]);
  });
});
