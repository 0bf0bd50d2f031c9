import { setTimeout as delay } from 'node:timers/promises';

/**
 * Where a process dies: at its n-th call of a port, before that call does anything or after it did everything. One that
 * stalls goes on after a while, as if it had been frozen or had collected garbage for so long.
 */
export interface Death {
  readonly atCall: number;
  readonly when: 'before' | 'after';
  readonly stallMs?: number | undefined;
  /** Stands still until this resolves. */
  readonly until?: Promise<unknown>;
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

const never = (): Promise<never> => new Promise(() => undefined);

export interface MortalOptions {
  readonly death?: Death | undefined;
  /** Waits before every call, so that replicas interleave differently in every run. */
  readonly jitterMs?: () => number;
  /** Told of every call that ended, unless the process was dead by then. */
  readonly onCall?: (call: string, outcome: 'returned' | 'threw') => void;
}

/** Every `await` of the domain is a call of one of its ports; a process can be stopped at each of them. */
export const makeMortal = ({ death, jitterMs = () => 0, onCall = () => undefined }: MortalOptions = {}): Mortal => {
  const trace: string[] = [];
  let dead = false;
  const { promise: died, resolve: nowDead } = Promise.withResolvers<void>();
  const { promise: struck, resolve: nowStruck } = Promise.withResolvers<void>();

  /** The moment the plan has: the process dies here, or stands still for a while. */
  const strike = async (when: Death['when'], call: number): Promise<void> => {
    if (death?.when !== when || death.atCall !== call) return;
    nowStruck();
    if (death.until !== undefined) return void (await death.until);
    if (death.stallMs !== undefined) return delay(death.stallMs);
    dead = true;
    nowDead();
  };

  const wrap =
    (name: string, method: (...given: unknown[]) => unknown) =>
    async (...given: unknown[]): Promise<unknown> => {
      if (dead) return never();
      trace.push(name);
      const call = trace.length;
      const wait = jitterMs();
      if (wait > 0) await delay(wait);
      await strike('before', call);
      if (dead) return never();
      try {
        const result = await method(...given);
        await strike('after', call);
        if (dead) return await never();
        onCall(name, 'returned');
        return result;
      } catch (error) {
        await strike('after', call);
        if (dead) return await never();
        onCall(name, 'threw');
        throw error;
      }
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
