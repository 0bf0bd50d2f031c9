/** A door that a test opens: what waits at it stands still until then. Races are staged with these, not with sleeps. */
export interface Gate<T = void> {
  readonly passed: Promise<T>;
  open(value: T): void;
  fail(error: Error): void;
}

export const gate = <T = void>(): Gate<T> => {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  return { passed: promise, open: resolve, fail: reject };
};
