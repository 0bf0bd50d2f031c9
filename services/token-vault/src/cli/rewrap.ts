import type { Flags } from './flags.ts';
import { progressLine, retirementLines } from './key-report.ts';
import type { OpenVault } from './open-vault.ts';

const TELL_EVERY_MS = 1_000;

/**
 * Moves every credential to the current key and says when the old ones are safe to retire. May be interrupted at any
 * time and started again: it goes on where the credentials are.
 *
 * @returns the exit status: 0 when no credential is left under another key
 */
export const rewrap = async (
  { vault, keyRing, config }: OpenVault,
  flags: Pick<Flags, 'kmsCallsPerSecond' | 'atOnce'>,
): Promise<number> => {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  const startedAt = performance.now();
  let toldAt = -Infinity;
  console.log(progressLine(keyRing, await vault.census()));
  const work = vault.rewrap({
    kmsCallsPerSecond: flags.kmsCallsPerSecond ?? config.rewrapCallsPerSecond,
    atOnce: flags.atOnce,
    caller: 'operator',
    signal: interrupted.signal,
    onProgress: () => {
      if (performance.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = performance.now();
      void vault.census().then((uses) => console.log(progressLine(keyRing, uses)));
    },
  });
  const progress = await work.catch((error: unknown) => {
    if (!interrupted.signal.aborted) throw error;
    console.log('interrupted; start it again to go on');
    return undefined;
  });
  const uses = await vault.census();
  console.log(progressLine(keyRing, uses));
  if (progress === undefined) return 130;
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${progress.done} re-wrapped, ${progress.skipped} renewed meanwhile, ${progress.failed} failed in ${seconds.toFixed(1)} s`,
  );
  for (const line of retirementLines(keyRing, uses)) console.log(line);
  return uses.some(({ keyId, credentials }) => keyId !== keyRing.currentKeyId && credentials > 0) ? 1 : 0;
};
