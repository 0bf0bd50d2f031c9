import { findProgram, PartError, PROCESS_FIRST, type PartName } from '@trendpot/local-platform';
import type { Tally } from './tally.ts';

const PARTS: readonly PartName[] = ['nats-server', 'mongod', 'kms', 'chromium'];

const isThere = async (part: PartName): Promise<boolean> => {
  try {
    await findProgram(part, { order: PROCESS_FIRST });
    return true;
  } catch (error) {
    console.error(error instanceof PartError ? error.message : error);
    return false;
  }
};

/**
 * Fetches every real part the suites run on, before a test waits for one with its own, much shorter patience. A part
 * that cannot be had counts as failed, with the line that says how to get it.
 */
export const fetchParts = async (): Promise<Tally[]> => {
  const startedAt = performance.now();
  const found = await Promise.all(PARTS.map(isThere));
  const passed = found.filter(Boolean).length;
  const seconds = (performance.now() - startedAt) / 1000;
  return [{ name: 'parts', passed, failed: found.length - passed, seconds }];
};
