import { toPlatformError } from '@trendpot/contracts';
import { startRounds, type ServiceContext } from '@trendpot/nest-kit';

interface WithId {
  readonly accountId: string;
}

export interface Accounts<Account extends WithId> {
  /** Accounts that ought to have work and were left alone for a while: at most `limit`, in id order, after `after`. */
  quiet(after: string | undefined, limit: number): Promise<readonly Account[]>;
  /** Whether a job or schedule of the account waits anywhere: in the stream or on its way there. */
  hasWork(accountId: string): Promise<boolean>;
}

export interface ReconcilePorts<Account extends WithId> {
  readonly accounts: Accounts<Account>;
  /** Gives an account without work its job, unless it has changed since it was seen. @returns whether it did. */
  restoreWork(seen: Account): Promise<boolean>;
}

/** Looks at some accounts; returns how many had lost their work and whether all accounts have been seen. */
export type Reconcile = () => Promise<{ readonly restored: number; readonly finished: boolean }>;

const MOST_AT_ONCE = 200;

/**
 * Nothing in normal operation takes an account's work away; a stream that was deleted or a job that killed its worker
 * every time does.
 */
export const makeReconcile = <Account extends WithId>(ports: ReconcilePorts<Account>): Reconcile => {
  const { accounts, restoreWork } = ports;
  let after: string | undefined;

  return async () => {
    const quiet = await accounts.quiet(after, MOST_AT_ONCE);
    let restored = 0;
    for (const account of quiet) {
      if (!(await accounts.hasWork(account.accountId)) && (await restoreWork(account))) restored += 1;
    }
    const finished = quiet.length < MOST_AT_ONCE;
    after = finished ? undefined : quiet.at(-1)?.accountId;
    return { restored, finished };
  };
};

/** Looks for accounts that lost their work: at the start, then every few minutes, until the service stops. */
export const startReconciling = (context: ServiceContext, reconcile: Reconcile): void => {
  const stop = startRounds(reconcile, {
    everyMs: 5 * 60_000,
    portionMs: 1_000,
    onFailure: (error) => context.logger.warn('tiktok.reconcile.failed', { code: toPlatformError(error).code, error }),
  });
  context.onShutdown('reconcile', stop, { phase: 'first' });
};
