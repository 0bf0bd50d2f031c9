import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gate } from '@trendpot/testing';
import { startVaultLab, type VaultLab } from '../../test/vault-lab.ts';
import { mongoTurn } from './mongo-turn.ts';

let lab: VaultLab;
beforeAll(async () => {
  lab = await startVaultLab();
}, 60_000);
afterAll(async () => lab[Symbol.asyncDispose]());

const turnOf = (holder: string) => mongoTurn(lab.database.collections, 'some-work', holder);

describe('work that one replica at a time does', () => {
  it('is done by the first who comes; the second does nothing, and may do it when the first has ended', async () => {
    const begun = gate();
    const mayEnd = gate();
    const done: string[] = [];
    const work = (name: string) => async () => void done.push(name);
    const first = turnOf('first')(async () => {
      begun.open();
      await mayEnd.passed;
      done.push('first');
    });
    await begun.passed;
    await turnOf('second')(work('second too early'));
    expect(done).toEqual([]);
    mayEnd.open();
    await first;
    await turnOf('second')(work('second'));
    expect(done).toEqual(['first', 'second']);
  });

  it('is free for others after it has failed', async () => {
    await expect(turnOf('first')(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turnOf('second')(async () => 'done')).toBe('done');
  });
});
