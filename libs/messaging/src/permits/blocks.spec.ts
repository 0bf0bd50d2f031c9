import { describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { createBlocks } from './blocks.ts';

describe('what holds callers back', () => {
  it('is looked at again when its time is over, but not once all is closed: an answer may come after that', async () => {
    let looks = 0;
    const blocks = createBlocks(() => (looks += 1));
    blocks.raise('nats', 1);
    await delay(20);
    expect([looks, blocks.remainingMs('background')]).toEqual([1, 0]);
    blocks.close();
    blocks.raise('nats', 1);
    await delay(20);
    expect([looks, blocks.remainingMs('background')]).toEqual([1, 0]);
  });
});
