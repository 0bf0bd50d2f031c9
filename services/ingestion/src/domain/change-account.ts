import type { Account } from './account.ts';
import type { Change } from './change.ts';
import type { Library } from './ports.ts';

/** A change of the account alone; see `Library.change`. */
export const makeChangeAccount =
  ({ library }: { library: Pick<Library, 'change'> }) =>
  (accountId: string, decide: (account: Account | undefined) => Omit<Change, 'put'> | undefined) =>
    library.change({ accountId }, ({ account }) => {
      const change = decide(account);
      return change && { ...change, put: [] };
    });
