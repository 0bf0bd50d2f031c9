/** Where a pair is once it is stored: from then on the vault that received it may die. */
const STORES: ReadonlySet<string> = new Set([
  'accounts.storeRenewed',
  'pendingRevocations.storeRenewed',
  'pendingRevocations.adopt',
]);

/** Watches what becomes of the pairs that reach one vault. */
export const witnessPairs = () => {
  let received = 0;
  let stored = 0;
  const watched =
    (method: (...given: unknown[]) => unknown) =>
    async (...given: unknown[]): Promise<unknown> => {
      const outcome = await method(...given);
      if (outcome === true) stored += 1;
      return outcome;
    };
  return {
    received: (): void => void (received += 1),
    /** It has a pair that is stored nowhere. */
    holds: (): boolean => received > stored,
    instrument: <T extends object>(port: string, implementation: T): T =>
      new Proxy(implementation, {
        get: (target, property) => {
          const value: unknown = Reflect.get(target, property);
          if (typeof value !== 'function' || !STORES.has(`${port}.${String(property)}`)) return value;
          return watched(value.bind(target) as (...given: unknown[]) => unknown);
        },
      }),
  };
};
