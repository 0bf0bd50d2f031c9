import { PlatformError } from '@trendpot/contracts';

/** A caller's turn to make ready for a call. It passes on by itself when a call has begun, or after a moment. */
export interface Turn {
  /** No call will follow. Harmless when the turn has passed on. */
  end(): void;
}

/**
 * Of those who hold nothing while they wait for a permit, who makes ready for a call: one at a time, first come, first
 * served. Without turns a free place would wake all of them; each would have a token lent, and all but one in vain.
 */
export interface Turns {
  /** Nobody waits for a turn or has one. */
  isFree(): boolean;
  /**
   * Waits for the caller's turn and then, in it, for `mayBegin`.
   * @throws PlatformError E_PERMIT_UNAVAILABLE when the signal fired, and whatever `mayBegin` throws.
   */
  take(mayBegin: () => Promise<void>, signal?: AbortSignal): Promise<Turn>;
  /** A call got its permit. */
  callBegan(): void;
  close(): void;
}

/** Longer than it takes to have a token lent; whoever needs longer does not keep the others waiting. */
const READY_WITHIN_MS = 250;

interface Waiter {
  begin(): void;
  refuse(cause?: unknown): void;
}

const refusal = (cause?: unknown): PlatformError =>
  new PlatformError('E_PERMIT_UNAVAILABLE', 'waiting for a permit was ended', { cause });

export const createTurns = (readyWithinMs = READY_WITHIN_MS): Turns => {
  const waiting = new Set<Waiter>();
  let taken = false;
  let ready: (Turn & { readonly timer: NodeJS.Timeout }) | undefined;
  let closed = false;

  const passOn = (): void => {
    clearTimeout(ready?.timer);
    ready = undefined;
    const [first] = waiting;
    taken = first !== undefined;
    first?.begin();
  };

  const enter = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (closed || signal?.aborted) {
        reject(refusal(signal?.reason));
        return;
      }
      const leave = (): void => {
        waiting.delete(waiter);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter = {
        begin: () => {
          leave();
          resolve();
        },
        refuse: (cause) => {
          leave();
          reject(refusal(cause));
        },
      };
      const onAbort = (): void => waiter.refuse(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.add(waiter);
      if (!taken) passOn();
    });

  return {
    isFree: () => !taken,
    take: async (mayBegin, signal) => {
      await enter(signal);
      try {
        await mayBegin();
      } catch (error) {
        passOn();
        throw error;
      }
      const end = (): void => {
        if (ready === own) passOn();
      };
      const own = { end, timer: setTimeout(end, readyWithinMs).unref() };
      ready = own;
      return own;
    },
    callBegan: () => {
      if (ready !== undefined) passOn();
    },
    close: () => {
      closed = true;
      clearTimeout(ready?.timer);
      for (const waiter of [...waiting]) waiter.refuse();
    },
  };
};
