/**
 * Where a process dies: at its n-th call of a port, before that call does anything or after it did everything. With
 * `until` it is frozen instead, and goes on when that resolves.
 */
export interface Death {
  readonly atCall: number;
  readonly when: 'before' | 'after';
  readonly until?: Promise<unknown> | undefined;
}

/** One vault process that can die: from then on nothing it waits for ever comes. */
export interface Mortal {
  readonly instrument: <T extends object>(port: string, implementation: T) => T;
  readonly isDead: () => boolean;
  /** Resolves when it dies. */
  readonly died: Promise<void>;
  /** Resolves when it has come to where the plan strikes. */
  readonly struck: Promise<void>;
  /** Calls of ports so far, by `port.method`. */
  readonly trace: readonly string[];
}

const atOnce = async () => () => undefined;
const never = (): Promise<never> => new Promise(() => undefined);

export interface MortalOptions {
  readonly death?: Death | undefined;
  /** Resolves when a call may happen; what it resolves to is told when the call has ended. */
  readonly enter?: (call: string) => Promise<() => void>;
  /** Told of every call that ended, unless the process was dead by then. */
  readonly onCall?: (call: string, outcome: 'returned' | 'threw') => void;
}

/** Every `await` of the domain is a call of one of its ports; a process can be stopped at each of them. */
export const makeMortal = ({ death, enter = atOnce, onCall = () => undefined }: MortalOptions = {}): Mortal => {
  const trace: string[] = [];
  let dead = false;
  const { promise: died, resolve: nowDead } = Promise.withResolvers<void>();
  const { promise: struck, resolve: nowStruck } = Promise.withResolvers<void>();

  /** The moment the plan has: the process dies here, or stands still. */
  const strike = async (when: Death['when'], call: number): Promise<void> => {
    if (death?.when !== when || death.atCall !== call) return;
    nowStruck();
    if (death.until !== undefined) return void (await death.until);
    dead = true;
    nowDead();
  };

  const wrap =
    (name: string, method: (...given: unknown[]) => unknown) =>
    async (...given: unknown[]): Promise<unknown> => {
      if (dead) return never();
      trace.push(name);
      const call = trace.length;
      const leave = await enter(name);
      await strike('before', call);
      if (dead) return never();
      const [ended] = await Promise.allSettled([method(...given)]);
      await strike('after', call);
      if (dead) return never();
      onCall(name, ended.status === 'fulfilled' ? 'returned' : 'threw');
      leave();
      if (ended.status === 'rejected') throw ended.reason;
      return ended.value;
    };

  return {
    isDead: () => dead,
    died,
    struck,
    trace,
    instrument: <T extends object>(port: string, implementation: T): T =>
      new Proxy(implementation, {
        get: (target, property) => {
          const value: unknown = Reflect.get(target, property);
          if (typeof value !== 'function' || property === 'wasSent') return value;
          return wrap(`${port}.${String(property)}`, value.bind(target) as (...given: unknown[]) => unknown);
        },
      }),
  };
};
