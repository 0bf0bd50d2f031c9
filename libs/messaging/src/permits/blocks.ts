import { STREAM, type StreamName } from '@trendpot/contracts';
import type { CallKind } from './permits.ts';
import { ceilingsFor } from './places.ts';

/** What holds callers back: a full ceiling, a cool-down, or a NATS that does not answer. */
export type Obstacle = StreamName | 'nats';

/** Remembers until when each obstacle is known to stand, and calls back when one may be gone. */
export interface Blocks {
  /** Worth a new look after `forMs`; `certainMs` is how long nothing can come free, places given back apart. */
  raise(obstacle: Obstacle, forMs: number, certainMs?: number): void;
  lift(obstacle: Obstacle): void;
  liftAll(): void;
  /** Milliseconds until a call of this kind is worth trying; 0 for now. */
  remainingMs(kind: CallKind): number;
  /** The same, but only what is certain: whoever cannot wait so long need not wait at all. */
  certainMs(kind: CallKind): number;
  /** Counts how often an obstacle was reported gone: tells whether that happened while a refusal was on its way. */
  liftsOf(obstacle: Obstacle): number;
  close(): void;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

const concerns = (kind: CallKind): readonly Obstacle[] => [
  'nats',
  STREAM.permitsCooldown,
  ...ceilingsFor(kind).map(({ stream }) => stream),
];

export const createBlocks = (onLifted: () => void): Blocks => {
  const standing = new Map<
    Obstacle,
    { readonly until: number; readonly certainUntil: number; readonly timer: NodeJS.Timeout }
  >();
  const lifts = new Map<Obstacle, number>();
  let closed = false;

  const remove = (obstacle: Obstacle): void => {
    clearTimeout(standing.get(obstacle)?.timer);
    standing.delete(obstacle);
  };
  const lift = (obstacle: Obstacle): void => {
    lifts.set(obstacle, (lifts.get(obstacle) ?? 0) + 1);
    remove(obstacle);
    onLifted();
  };

  const remaining = (kind: CallKind, onlyCertain: boolean): number => {
    const until = concerns(kind).map((obstacle) => {
      const block = standing.get(obstacle);
      if (block === undefined) return 0;
      return onlyCertain ? block.certainUntil : block.until;
    });
    return Math.max(0, Math.max(...until) - performance.now());
  };

  return {
    raise(obstacle, forMs, certainMs = 0) {
      if (closed) return;
      remove(obstacle);
      const timer = setTimeout(
        () => {
          remove(obstacle);
          onLifted();
        },
        Math.min(forMs, LONGEST_TIMER_MS),
      );
      const now = performance.now();
      standing.set(obstacle, { until: now + forMs, certainUntil: certainMs > 0 ? now + certainMs : 0, timer });
    },
    lift,
    liftAll: () => {
      for (const obstacle of [...standing.keys()]) if (obstacle !== STREAM.permitsCooldown) lift(obstacle);
      lift('nats');
    },
    remainingMs: (kind) => remaining(kind, false),
    certainMs: (kind) => remaining(kind, true),
    liftsOf: (obstacle) => lifts.get(obstacle) ?? 0,
    close: () => {
      closed = true;
      for (const obstacle of [...standing.keys()]) remove(obstacle);
    },
  };
};
