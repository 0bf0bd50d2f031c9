import type { Account } from './account.ts';
import type { Change } from './change.ts';
import type { Clock, Library } from './ports.ts';

/** A change of the account alone; see `Library.change`. */
export const makeChangeAccount =
  ({ library, clock }: { library: Pick<Library, 'change'>; clock: Clock }) =>
  (accountId: string, decide: (account: Account | undefined) => Pick<Change, 'account' | 'announce'> | undefined) =>
    library.change({ accountId }, ({ account }) => {
      const change = decide(account);
      return change && { ...change, videos: [], at: clock() };
    });
