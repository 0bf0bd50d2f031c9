import { statSync, readFileSync } from 'node:fs';
import { secret, type Secret } from '@trendpot/secrets';

/** How often the file is looked at, at most. */
const LOOK_EVERY_MS = 1_000;

export interface ClientSecretSources {
  /** The values given in the environment, the current one first. */
  readonly given: readonly Secret[];
  /** A file with one value on each of at most two lines, the current one first; replaces the given ones. */
  readonly file?: string | undefined;
}

const parse = (text: string): Secret[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 2)
    .map((line) => secret(line));

/**
 * The client secrets that may be live right now. The file is read again when it changes, so that a secret rotates
 * without a restart; while it cannot be read or is empty, what was read last stays.
 */
export const fileClientSecrets = (
  { given, file }: ClientSecretSources,
  onUnreadable: () => void,
  now: () => number = () => performance.now(),
): (() => readonly Secret[]) => {
  if (file === undefined) return () => given;
  let current = given;
  let seen = '';
  let lookedAt = -Infinity;
  const look = (): void => {
    try {
      const { mtimeMs, ino, size } = statSync(file);
      const stamp = `${mtimeMs} ${ino} ${size}`;
      if (stamp === seen) return;
      const read = parse(readFileSync(file, 'utf8'));
      if (read.length === 0) return onUnreadable();
      current = read;
      seen = stamp;
    } catch {
      onUnreadable();
    }
  };
  return () => {
    if (now() - lookedAt >= LOOK_EVERY_MS) {
      lookedAt = now();
      look();
    }
    return current;
  };
};
