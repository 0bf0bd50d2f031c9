import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryOf } from './process-memory.ts';

/** Holds a key as bytes that is made there, from a seed: nobody has sent it. */
const HOLDER = `
  const { createHash } = require('node:crypto');
  const seed = process.argv[1];
  globalThis.held = createHash('sha256').update(seed + 'held').digest();
  process.stdout.write('ready');
  setInterval(() => undefined, 1000);
`;

const seed = randomBytes(16).toString('hex');
const keyOf = (name: string): Buffer =>
  createHash('sha256')
    .update(seed + name)
    .digest();

let child: ReturnType<typeof spawn>;
beforeAll(async () => {
  child = spawn(process.execPath, ['-e', HOLDER, seed], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout!, 'data');
}, 30_000);
afterAll(async () => {
  child.kill('SIGKILL');
  await once(child, 'close');
});

const isInMemory = async (bytes: Buffer): Promise<boolean> => {
  for await (const piece of memoryOf(child.pid!)) if (piece.includes(bytes)) return true;
  return false;
};

describe('the memory of a process', () => {
  it('shows the bytes of its buffers', async () => {
    expect(await isInMemory(keyOf('held'))).toBe(true);
  }, 30_000);

  it('does not show what was never there', async () => {
    expect(await isInMemory(keyOf('never there'))).toBe(false);
  }, 30_000);
});
