import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { makeProgress } from '../parts/progress.ts';
import { narrate } from './narrator.ts';

const terminal = () =>
  Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 24 }) as unknown as NodeJS.WriteStream &
    PassThrough;

describe('the story of a start', () => {
  it('has a line of its own for every step, while bars of what is fetched are redrawn', () => {
    const stream = terminal();
    const parts = makeProgress(stream);
    const building = parts.begin('nats-server', 'building');
    narrate(stream, parts).step('KMS: there');
    building.done();
    const shown = String(stream.read());
    // What comes right before it puts the cursor at the beginning of an empty line.
    expect(shown).toMatch(/\u001b\[\d?[KG]\s+\d+\.\d s {2}KMS: there\n/);
  });
});
