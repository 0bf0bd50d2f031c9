import { reachable } from '@trendpot/persistence';

type Methods<Port> = { readonly [Name in keyof Port]: (...given: never[]) => Promise<unknown> };

/**
 * A port whose every method tells with the platform's own error that the database is away, whether it uses a transaction
 * or not: a job that was refused a lease for any other reason would have used up one of its attempts.
 */
export const reachableThroughout = <Port extends Methods<Port>>(port: Port): Port => {
  const wrapped = Object.entries<(...given: never[]) => Promise<unknown>>(port).map(
    ([name, method]) => [name, (...given: never[]) => reachable(() => method(...given))] as const,
  );
  return Object.fromEntries(wrapped) as Port;
};
