import { connect } from 'node:net';
import { MongoClient, MongoServerError } from 'mongodb';
import { PartError } from '../part-error.ts';
import { pollUntil } from '../processes/poll-until.ts';

const ALREADY_INITIALIZED = 23;

/** True once the port takes connections; whether it is primary is for `becomePrimary` to say. */
export function mongoAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}

/** Initiates the set if that was never done and waits until the node takes writes. */
export async function becomePrimary(port: number, replicaSet: string, deadlineMs: number): Promise<void> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: deadlineMs,
  });
  try {
    const admin = client.db('admin');
    await admin
      .command({ replSetInitiate: { _id: replicaSet, members: [{ _id: 0, host: `127.0.0.1:${port}` }] } })
      .catch(ignoreAlreadyInitialized);
    const primary = await pollUntil(
      async () => ((await admin.command({ hello: 1 }))['isWritablePrimary'] === true ? true : undefined),
      { deadlineMs, everyMs: 20 },
    );
    if (primary === undefined) {
      throw new PartError('E_PART_NOT_READY', `not primary within ${deadlineMs / 1000} s.`, { part: 'mongod' });
    }
  } finally {
    await client.close();
  }
}

function ignoreAlreadyInitialized(error: unknown): void {
  if (!(error instanceof MongoServerError) || error.code !== ALREADY_INITIALIZED) throw error;
}
