import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { makeProgress } from './progress.ts';

describe('progress', () => {
  it('is one line a step where nobody watches a terminal', () => {
    const stream = new PassThrough();
    const progress = makeProgress(stream);
    const fetching = progress.begin('mongod', 'fetching 6.0.5');
    fetching.update(0.5);
    progress.note('kms: the image cannot be pulled; trying the next source');
    fetching.done();
    expect(String(stream.read()).split('\n')).toEqual([
      'mongod: fetching 6.0.5',
      'kms: the image cannot be pulled; trying the next source',
      expect.stringMatching(/^mongod: done in \d+\.\d s \(fetching 6\.0\.5\)$/),
      '',
    ]);
  });

  it('shows a bar for every task on a terminal, and never loses a note', () => {
    const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 24 });
    const progress = makeProgress(stream);
    const fetching = progress.begin('mongod', 'fetching');
    const building = progress.begin('nats-server', 'building');
    progress.note('a note');
    fetching.done();
    building.failed();
    const shown = String(stream.read());
    for (const text of ['mongod', 'nats-server', '100%', 'a note']) expect(shown).toContain(text);
  });
});
