/**
 * Where a vault of a race is: between two calls, before the next one, in one, or elsewhere. One that pauses, waits for
 * TikTok or is frozen holds nobody up.
 */
type Place = 'between' | 'before' | 'in' | 'pausing' | 'calling' | 'frozen' | 'gone';

/** Lets the calls of several vaults happen one at a time, in an order of the stage's own and not of the machine's. */
export interface Stage {
  /** Resolves when the vault's next call may happen; what it resolves to is told when the call has ended. */
  enter(vault: number, call: string): Promise<() => void>;
  pausing<T>(vault: number, pause: Promise<T>): Promise<T>;
  /** Resolves once every other vault has ended or is frozen as well. */
  frozen(vault: number): Promise<void>;
  /** It has ended, or is dead: nobody waits for it. */
  gone(vault: number): void;
  /** Resolves once the other vaults have made so many calls, or can make none. */
  othersMoved(vault: number, calls: number): Promise<void>;
}

interface Watcher {
  readonly isDue: () => boolean;
  readonly wake: () => void;
}

/** `below` decides who goes next: a number smaller than the one given. */
export const makeStage = (vaults: number, below: (limit: number) => number): Stage => {
  const places: Place[] = Array.from({ length: vaults }, () => 'between');
  const moves: number[] = places.map(() => 0);
  const doors = new Map<number, () => void>();
  let watchers: Watcher[] = [];

  const othersOf = (vault: number): readonly number[] => [...places.keys()].filter((other) => other !== vault);
  const are = (of: readonly number[], ...wanted: readonly Place[]): boolean =>
    of.every((vault) => wanted.includes(places[vault] ?? 'gone'));

  /** Does the next thing there is to do, unless some vault is about to act by itself. */
  const proceed = (): void => {
    if (places.some((place) => place === 'between' || place === 'in')) return;
    const due = watchers.find(({ isDue }) => isDue());
    if (due !== undefined) {
      watchers = watchers.filter((watcher) => watcher !== due);
      due.wake();
      return proceed();
    }
    const waiting = [...doors.keys()].sort((one, other) => one - other);
    const next = waiting[below(waiting.length)];
    if (next === undefined) return;
    const open = doors.get(next);
    doors.delete(next);
    open?.();
  };

  const move = (vault: number, place: Place): void => {
    if (places[vault] === 'gone') return;
    places[vault] = place;
    proceed();
  };

  const watch = (isDue: () => boolean, whenDue: () => void = () => undefined): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        whenDue();
        resolve();
      };
      watchers.push({ isDue, wake });
      proceed();
    });

  return {
    enter: (vault, call) =>
      new Promise((resolve) => {
        const leave = (): void => move(vault, 'between');
        if (places[vault] === 'gone') return resolve(leave);
        doors.set(vault, () => {
          moves[vault] = (moves[vault] ?? 0) + 1;
          resolve(leave);
          move(vault, call.startsWith('oauth.') ? 'calling' : 'in');
        });
        move(vault, 'before');
      }),
    pausing: (vault, pause) => {
      move(vault, 'pausing');
      return pause.finally(() => move(vault, 'between'));
    },
    frozen: (vault) => {
      places[vault] = 'frozen';
      const thaw = (): void => move(vault, 'between');
      return watch(() => are(othersOf(vault), 'gone', 'frozen'), thaw);
    },
    gone: (vault) => {
      doors.delete(vault);
      move(vault, 'gone');
      proceed();
    },
    othersMoved: (vault, calls) => {
      const others = othersOf(vault);
      const made = (): number => others.reduce((sum, other) => sum + (moves[other] ?? 0), 0);
      const enough = made() + calls;
      return watch(() => made() >= enough || are(others, 'pausing', 'frozen', 'gone'));
    },
  };
};
