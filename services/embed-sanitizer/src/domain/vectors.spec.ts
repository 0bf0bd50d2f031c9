import { describe, expect, it } from '@jest/globals';
import { BROKEN } from '../../test/broken-sanitizers.ts';
import { faultOn, ours, VECTORS, type Vector } from '../../test/vectors.ts';

const named = (name: string): Vector => {
  const vector = VECTORS.find((candidate) => candidate.name === name);
  if (vector === undefined) throw new Error(`there is no vector ${name}`);
  return vector;
};

describe.each(['safe', 'reject'] as const)('vectors to be judged: %s', (expected) => {
  const group = VECTORS.filter((vector) => vector.expect === expected);
  it.each(group.map((vector): [string, string, Vector] => [vector.name, vector.why, vector]))(
    '%s: %s',
    (_name, _why, vector) => {
      expect(faultOn(ours, vector)).toBeUndefined();
    },
  );
});

describe('the vectors', () => {
  it('are many, hostile ones above all', () => {
    expect(VECTORS.filter((vector) => vector.expect === 'reject').length).toBeGreaterThanOrEqual(200);
    expect(VECTORS.filter((vector) => vector.expect === 'safe').length).toBeGreaterThanOrEqual(15);
  });

  it.each(Object.entries(BROKEN))('catch a sanitizer that %s', (_mistake, { sanitize, caughtBy }) => {
    const missed = caughtBy.filter((name) => faultOn(sanitize, named(name)) === undefined);
    expect(missed).toEqual([]);
  });
});
