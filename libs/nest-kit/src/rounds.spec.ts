import { describe, expect, it } from '@jest/globals';
import { eventually, gate } from '@trendpot/testing';
import { startRounds, type Rounds } from './rounds.ts';

const quick: Rounds = { everyMs: 1, portionMs: 1, onFailure: () => undefined };
const finished = { finished: true };

/** Long enough for rounds that wait for nobody to go by many times. */
const manyRounds = async (): Promise<void> => {
  let rounds = 0;
  const stop = startRounds(async () => ((rounds += 1), finished), quick);
  await eventually(() => rounds >= 20, { what: 'twenty rounds', everyMs: 1 });
  await stop();
};

describe('rounds', () => {
  it('begin only when the one before has ended, and a stop waits for the one under way', async () => {
    const held = gate();
    let begun = 0;
    const stop = startRounds(async () => {
      begun += 1;
      await held.passed;
      return finished;
    }, quick);
    await manyRounds();
    expect(begun).toBe(1);

    let stopped = false;
    const stopping = stop().then(() => (stopped = true));
    await manyRounds();
    expect(stopped).toBe(false);
    held.open();
    await stopping;
    await manyRounds();
    expect(begun).toBe(1);
  });

  it('go on after one that failed, which is told', async () => {
    const failures: unknown[] = [];
    let begun = 0;
    const refusal = new Error('the first round fails');
    const stop = startRounds(
      async () => {
        begun += 1;
        if (begun === 1) throw refusal;
        return finished;
      },
      { ...quick, onFailure: (error) => failures.push(error) },
    );
    await eventually(() => begun >= 3, { what: 'the third round', everyMs: 1 });
    await stop();
    expect(failures).toEqual([refusal]);
  });
});
