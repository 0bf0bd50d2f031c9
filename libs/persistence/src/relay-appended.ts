import type { Appended } from './append-outbox.ts';
import { gather } from './gather.ts';
import { publishInOrder } from './publish-in-order.ts';
import type { RelayPorts, Visit } from './relay-ports.ts';
import { settlePublished, type Done } from './settle-published.ts';

/** Accounts that are published but not yet settled wait for others, for longer where there are any. */
const ALONE_MS = 30;
const TOGETHER_MS = 100;
const pauseMs = (done: readonly Done[]): number =>
  done.every(({ entry }) => entry.accountId === done[0]?.entry.accountId) ? ALONE_MS : TOGETHER_MS;

/**
 * Publishes entries that a transaction of this process has just stored, if nothing older of their account waited: they
 * need not be looked for, and what is published is settled for several accounts in one go. Never rejects.
 *
 * No claim is taken. Another replica that comes upon the entries publishes the same messages under the same ids in the
 * same order; JetStream drops whichever comes second. That ends with its de-duplication window, hence nothing is sent
 * when the entries are older than half a claim, which is far shorter.
 */
export const createRelayAppended = (ports: RelayPorts): ((appended: Appended) => Promise<Visit>) => {
  const { collections, claimMs } = ports;
  const settle = gather<Done>((done) => settlePublished(collections, done), pauseMs);
  return async ({ entries, at }) => {
    try {
      return await publishInOrder(ports, entries, at + claimMs / 2, settle);
    } catch (error) {
      return { outcome: 'failed', error };
    }
  };
};
