import { PlatformError } from '@trendpot/contracts';
import { MongoNetworkError, MongoServerSelectionError } from 'mongodb';

const asPlatformError = (error: unknown): unknown =>
  error instanceof MongoNetworkError || error instanceof MongoServerSelectionError
    ? new PlatformError('E_UNAVAILABLE', 'MongoDB cannot be reached', { cause: error })
    : error;

/**
 * Runs reads and writes outside a transaction with the platform's own error.
 *
 * @throws PlatformError E_UNAVAILABLE when the database cannot be reached.
 */
export const reachable = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw asPlatformError(error);
  }
};

/**
 * A port whose every method runs as in `reachable`, so that none can be forgotten. What answers with anything but a
 * promise, as a cursor does, is handed on as it is.
 */
export const reachablePort = <Port extends object>(port: Port): Port =>
  Object.fromEntries(
    Object.entries(port).map(([name, member]: [string, unknown]) => [
      name,
      typeof member !== 'function'
        ? member
        : (...given: unknown[]): unknown => {
            const answer: unknown = member.apply(port, given);
            return answer instanceof Promise ? reachable(() => answer) : answer;
          },
    ]),
  ) as Port;
