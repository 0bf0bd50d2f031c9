/** A person or a supervisor asked this process to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor() {
    super('interrupted');
  }
}

/** The end that may come before a run is through: asked for, or forced by a fault elsewhere. The first reason counts. */
export interface Ending {
  readonly signal: AbortSignal;
  end(reason: Error): void;
  /** The work, unless the end comes first: then its reason is thrown, and the work is left to itself. */
  before<T>(work: Promise<T>): Promise<T>;
}

export const makeEnding = (): Ending => {
  const controller = new AbortController();
  const { signal } = controller;
  const ended = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  ended.catch(() => undefined);
  return {
    signal,
    end: (reason) => controller.abort(reason),
    before: (work) => Promise.race([ended, work]),
  };
};
