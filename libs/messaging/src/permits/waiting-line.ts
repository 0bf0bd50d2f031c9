import { PlatformError } from '@trendpot/contracts';
import type { CallKind, WithPermitOptions } from './permits.ts';
import { BACKGROUND, type Grant, type Place } from './places.ts';

/** First come, first served within a kind; people before background work. */
export interface WaitingLine {
  enter(kind: CallKind, options: WithPermitOptions): Promise<Grant>;
  size(kind: CallKind): number;
  /**
   * Hands a grant to whoever waits longest: people first, for whom any grant is good; the rest only by one of their
   * kind. Returns what of it nobody has use for.
   */
  serve(grant: Grant): readonly Place[];
  /** Refuses those whose deadline comes before anything can come free. */
  dismiss(kind: CallKind, freeInMs: number): void;
  close(): void;
}

interface Waiter {
  readonly deadline: number;
  serve(grant: Grant): void;
  refuse(error: PlatformError): void;
}

const unavailable = (reason: string, context: { afterMs?: number; cause?: unknown } = {}): PlatformError =>
  new PlatformError('E_PERMIT_UNAVAILABLE', reason, context);

export const createWaitingLine = (): WaitingLine => {
  const lines: Record<CallKind, Set<Waiter>> = { interactive: new Set(), background: new Set() };
  let closed = false;

  const enter = (kind: CallKind, { signal, deadlineMs }: WithPermitOptions): Promise<Grant> =>
    new Promise((resolve, reject) => {
      if (closed || signal?.aborted) {
        reject(unavailable('no permit is taken any more', { cause: signal?.reason }));
        return;
      }
      const line = lines[kind];
      const leave = (): void => {
        line.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter = {
        deadline: deadlineMs === undefined ? Infinity : performance.now() + deadlineMs,
        serve: (grant) => {
          leave();
          resolve(grant);
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      const onAbort = (): void =>
        waiter.refuse(unavailable('waiting for a permit was ended', { cause: signal?.reason }));
      const timer =
        deadlineMs === undefined
          ? undefined
          : setTimeout(() => waiter.refuse(unavailable(`no permit within ${deadlineMs} ms`)), deadlineMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      line.add(waiter);
    });

  return {
    enter,
    size: (kind) => lines[kind].size,
    serve(grant) {
      const [person] = lines.interactive;
      const [first] = lines[grant.kind];
      if (person === undefined || person === first) {
        first?.serve(grant);
        return first === undefined ? grant.places : [];
      }
      person.serve({
        ...grant,
        kind: 'interactive',
        places: grant.places.filter(({ ceiling }) => ceiling !== BACKGROUND),
      });
      return grant.places.filter(({ ceiling }) => ceiling === BACKGROUND);
    },
    dismiss(kind, freeInMs) {
      if (freeInMs <= 0) return;
      const freeAt = performance.now() + freeInMs;
      for (const waiter of lines[kind]) {
        if (waiter.deadline < freeAt) waiter.refuse(unavailable('the ceiling is reached', { afterMs: freeInMs }));
      }
    },
    close() {
      closed = true;
      for (const waiter of [...lines.interactive, ...lines.background]) {
        waiter.refuse(unavailable('no permit is taken any more'));
      }
    },
  };
};
