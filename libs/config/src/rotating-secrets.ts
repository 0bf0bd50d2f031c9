import { readFileSync, statSync } from 'node:fs';
import { secret, type Secret } from '@trendpot/secrets';
import { ConfigurationFault } from './define-config.ts';

/** How often the file is looked at, at most. */
const LOOK_EVERY_MS = 1_000;
/** The current one and, during a rotation, the previous one. */
const LIVE_AT_ONCE = 2;

/** A file with one value on each of at most two lines, the current one first. */
export interface SecretFile {
  /** The setting that names it, for the fault. */
  readonly setting: string;
  readonly path: string;
  readonly minimumLength?: number;
}

export interface SecretSources {
  /** The values given in the environment, the current one first. */
  readonly given: readonly Secret[];
  /** Replaces the given ones. */
  readonly file?: SecretFile | undefined;
}

/** The values that may be live right now, the current one first. */
export type LiveSecrets = () => readonly Secret[];

/** Unusable is: unreadable, empty, or with a value too short to be a secret, as while somebody is writing it. */
const readValues = ({ path, minimumLength = 1 }: SecretFile): readonly Secret[] | undefined => {
  const lines = readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const isUsable = lines.length > 0 && lines.every((line) => line.length >= minimumLength);
  return isUsable ? lines.slice(0, LIVE_AT_ONCE).map((line) => secret(line)) : undefined;
};

const stampOf = (path: string): string => {
  const { mtimeMs, ino, size } = statSync(path);
  return `${mtimeMs} ${ino} ${size}`;
};

/**
 * A secret that rotates without a restart: its file is read again when it changes, and two values are live at once.
 * While the file is unusable, what was read last stays.
 *
 * @throws ConfigurationFault when there is a file and nothing usable in it from the start
 */
export const rotatingSecrets = (
  { given, file }: SecretSources,
  onUnusable: () => void,
  now: () => number = () => performance.now(),
): LiveSecrets => {
  if (file === undefined) return () => given;
  let current: readonly Secret[] | undefined;
  let seen = '';
  let lookedAt = -Infinity;
  const look = (): void => {
    lookedAt = now();
    try {
      // Before the content: a change in between is seen at the next look.
      const stamp = stampOf(file.path);
      if (stamp === seen) return;
      const values = readValues(file);
      if (values === undefined) return onUnusable();
      current = values;
      seen = stamp;
    } catch {
      onUnusable();
    }
  };
  const live = (): readonly Secret[] => {
    if (now() - lookedAt >= LOOK_EVERY_MS) look();
    if (current !== undefined) return current;
    throw new ConfigurationFault([`${file.setting} names a file that cannot be read or holds no usable secret`]);
  };
  live();
  return live;
};
