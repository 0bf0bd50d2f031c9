import { setImmediate as endOfTurn } from 'node:timers/promises';
import {
  auditChainStart,
  nextAuditEntry,
  PlatformError,
  type AuditEntry,
  type AuditFact,
  type AuditHead,
} from '@trendpot/contracts';
import type { AuditStore, AuditTrail } from '../ports.ts';
import { makePool } from './pool.ts';

/** More than this waiting means that the store has stopped: refuse at once instead of growing. */
const MAX_WAITING = 20_000;
/** Changes are recorded in the transaction of what they change, so each chain carries one at a time. */
const CHANGE_CHAINS = 8;

interface Waiting {
  readonly fact: AuditFact;
  readonly resolve: (entry: AuditEntry) => void;
  readonly reject: (error: unknown) => void;
}

const unavailable = (cause?: unknown): PlatformError =>
  new PlatformError('E_VAULT_AUDIT_UNAVAILABLE', 'the audit entry could not be written', { cause });

/**
 * The audit of one process: hash chains that only this process writes, so that replicas need no common lock. Openings
 * are recorded on one chain in batches: those of one turn of the event loop together, then each time what came in while
 * the batch before was being stored. Changes, each in the transaction of what it changes, are on a few others.
 *
 * When it is not known whether an entry was stored, its chain is given up and a new one begun: a chain that ends early
 * is as sound as any other, whereas a guess could leave a gap or two entries in one place.
 */
export const makeAuditTrail = (store: AuditStore, newChain: (kind: 'openings' | 'changes') => string): AuditTrail => {
  let openings: AuditHead | undefined;
  let waiting: Waiting[] = [];
  let storing = false;
  const changes = makePool(CHANGE_CHAINS, () => auditChainStart(newChain('changes')));

  /** Resolves with how to tell those who wait for it what became of it. */
  const storeBatch = async (batch: readonly Waiting[]): Promise<() => void> => {
    let head = openings ?? auditChainStart(newChain('openings'));
    const entries: AuditEntry[] = [];
    for (const { fact } of batch) {
      const entry = nextAuditEntry(head, fact);
      entries.push(entry);
      head = entry;
    }
    try {
      await store.append(entries);
    } catch (error) {
      openings = undefined;
      return () => batch.forEach(({ reject }) => reject(unavailable(error)));
    }
    openings = head;
    return () => batch.forEach(({ resolve }, index) => resolve(entries[index] as AuditEntry));
  };

  const storeWaiting = async (): Promise<void> => {
    storing = true;
    let tell = (): void => undefined;
    await endOfTurn();
    while (waiting.length > 0) {
      const batch = waiting.slice(0, store.mostAtOnce);
      waiting = waiting.slice(store.mostAtOnce);
      const stored = storeBatch(batch);
      // The batch is on its way before the one before it is told of: what that sets off keeps this process busy.
      await endOfTurn();
      tell();
      tell = await stored;
    }
    storing = false;
    tell();
  };

  return {
    record: (fact) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= MAX_WAITING) return reject(unavailable());
        waiting.push({ fact, resolve, reject });
        if (!storing) void storeWaiting();
      }),
    recordWith: (fact, write) =>
      changes.use(async (head) => {
        const entry = nextAuditEntry(head, fact);
        const written = await write(entry);
        return { result: written, next: written === undefined ? head : entry };
      }),
  };
};
