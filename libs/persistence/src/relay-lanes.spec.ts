import { describe, expect, it } from '@jest/globals';
import type { Visit } from './relay-ports.ts';
import { createLanes } from './relay-lanes.ts';

const APPENDED = { entries: [], given: [], at: 0 };
const MOVED: Visit = { outcome: 'moved', more: false };

/** Lanes whose visits end when the test says so. */
const scene = (lanes = 2) => {
  const underWay: { accountId: string; end: (visit: Visit) => void }[] = [];
  const visited: string[] = [];
  const state = { mayStart: true };
  const outcomes: Visit[] = [];
  const made = createLanes({
    lanes,
    besides: 1,
    visit: (accountId, appended) => {
      visited.push(appended === undefined ? accountId : `${accountId} with what was appended`);
      return new Promise((resolve) => underWay.push({ accountId, end: resolve }));
    },
    mayStart: () => state.mayStart,
    onVisited: (visit) => void outcomes.push(visit),
  });
  const end = async (accountId: string, visit: Visit = MOVED): Promise<void> => {
    const index = underWay.findIndex((one) => one.accountId === accountId);
    underWay.splice(index, 1)[0]?.end(visit);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { lanes: made, visited, outcomes, state, end };
};

describe('the lanes of a relay', () => {
  it('visit a noted account at once, and as many at a time as there are lanes', async () => {
    const { lanes, visited, end } = scene();
    for (const accountId of ['a', 'b', 'c']) lanes.note(accountId);
    expect(visited).toEqual(['a', 'b']);
    await end('a');
    expect(visited).toEqual(['a', 'b', 'c']);
  });

  it('never visit one account twice at a time, and visit it again for what came meanwhile', async () => {
    const { lanes, visited, end } = scene();
    lanes.note('a');
    for (let index = 0; index < 5; index += 1) lanes.note('a');
    const joined = lanes.visit('a');
    expect(visited).toEqual(['a']);
    await end('a');
    expect(await joined).toEqual(MOVED);
    expect(visited).toEqual(['a', 'a']);
    await end('a');
    expect(visited).toEqual(['a', 'a']);
  });

  it('come back to an account that has more than one visit takes, after the others', async () => {
    const { lanes, visited, end } = scene(1);
    lanes.note('long');
    lanes.note('short');
    await end('long', { outcome: 'moved', more: true });
    await end('short');
    expect(visited).toEqual(['long', 'short', 'long']);
  });

  it('let whoever walks along the outbox take turns with what is noted', async () => {
    const { lanes, visited, end } = scene(1);
    lanes.note('a');
    const walked = lanes.visit('w');
    lanes.note('b');
    await end('a');
    await end('w');
    await walked;
    expect(visited).toEqual(['a', 'w', 'b']);
  });

  it('start nothing noted while the relay holds back, and forget it: the walk will find it', async () => {
    const { lanes, visited, outcomes, state, end } = scene(1);
    lanes.note('a');
    lanes.note('b');
    state.mayStart = false;
    await end('a', { outcome: 'failed', error: new Error('away') });
    state.mayStart = true;
    lanes.note('c');
    expect(visited).toEqual(['a', 'c']);
    expect(outcomes).toMatchObject([{ outcome: 'failed' }]);
  });

  it('visit at once, beside the others, an account with what was just appended to it', async () => {
    const { lanes, visited, end } = scene(1);
    lanes.note('a');
    lanes.note('b', APPENDED);
    expect(visited).toEqual(['a', 'b with what was appended']);
    expect(lanes.visiting()).toEqual(['a', 'b']);
    await end('b');
    lanes.note('b', APPENDED);
    expect(visited).toEqual(['a', 'b with what was appended', 'b with what was appended']);
  });

  it('look for the entries themselves when the account is being visited, waits for that, or there is no place', async () => {
    const { lanes, visited, end } = scene(1);
    lanes.note('a');
    lanes.note('a', APPENDED);
    lanes.note('b');
    lanes.note('b', APPENDED);
    lanes.note('c', APPENDED);
    lanes.note('d', APPENDED);
    expect(visited).toEqual(['a', 'c with what was appended']);
    for (const accountId of ['a', 'a', 'b', 'd']) await end(accountId);
    expect(visited).toEqual(['a', 'c with what was appended', 'a', 'b', 'd']);
  });

  it('begin nothing with what was appended while the relay holds back', () => {
    const { lanes, visited, state } = scene();
    state.mayStart = false;
    lanes.note('a', APPENDED);
    expect(visited).toEqual([]);
  });

  it('are settled when no visit is under way', async () => {
    const { lanes, end } = scene();
    let settled = false;
    lanes.note('a');
    void lanes.settled().then(() => (settled = true));
    await Promise.resolve();
    expect(settled).toBe(false);
    await end('a');
    expect(settled).toBe(true);
  });
});
