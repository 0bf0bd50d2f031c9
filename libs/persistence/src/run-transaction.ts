import { MongoError, MongoErrorLabel, type ClientSession, type MongoClient, type TransactionOptions } from 'mongodb';

const OPTIONS: TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
};

const CAUSES_LOOKED_AT = 5;

/** The driver repeats a transaction only when it sees the transient fault itself, not an error that was made of it. */
const transientFaultIn = (thrown: unknown): MongoError | undefined => {
  let error = thrown;
  for (let depth = 0; depth < CAUSES_LOOKED_AT && error instanceof Error; depth += 1) {
    if (error instanceof MongoError && error.hasErrorLabel(MongoErrorLabel.TransientTransactionError)) return error;
    error = error.cause;
  }
  return undefined;
};

export const runTransaction = async <T>(
  client: MongoClient,
  work: (session: ClientSession) => Promise<T>,
): Promise<T> => {
  const session = client.startSession();
  try {
    return await session.withTransaction(async () => {
      try {
        return await work(session);
      } catch (error) {
        throw transientFaultIn(error) ?? error;
      }
    }, OPTIONS);
  } finally {
    await session.endSession();
  }
};
