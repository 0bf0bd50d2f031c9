import { zeroise, type SealingKey } from '../sealing/sealing-key.ts';

interface Entry {
  readonly key: SealingKey;
  readonly cachedAt: number;
}

export interface CacheBounds {
  /** At most so many accounts' keys in memory; the one used least recently leaves first. */
  readonly maxEntries: number;
  /** Older keys must be unwrapped again by KMS... */
  readonly freshMs: number;
  /** ...unless KMS is out, in which case they may be used for so much longer. */
  readonly outageMs: number;
}

/** Derived keys by account and wrapped data key, zeroised whenever they leave. Times are of a monotonic clock. */
export interface DataKeyCache {
  get(id: string, now: number): { readonly key: SealingKey; readonly fresh: boolean } | undefined;
  put(id: string, key: SealingKey, now: number): void;
  drop(id: string): void;
  /** Lets go of everything too old to be used even in an outage. */
  sweep(now: number): void;
  clear(): void;
  readonly size: number;
}

export const makeDataKeyCache = (bounds: CacheBounds): DataKeyCache => {
  // A Map iterates in insertion order; an entry that is used is inserted anew, so the first is the least recent.
  const entries = new Map<string, Entry>();
  const drop = (id: string): void => {
    const entry = entries.get(id);
    if (entry === undefined) return;
    zeroise(entry.key);
    entries.delete(id);
  };
  const tooOld = (entry: Entry, now: number): boolean => now - entry.cachedAt > bounds.freshMs + bounds.outageMs;
  return {
    get: (id, now) => {
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      if (tooOld(entry, now)) {
        drop(id);
        return undefined;
      }
      entries.delete(id);
      entries.set(id, entry);
      return { key: entry.key, fresh: now - entry.cachedAt <= bounds.freshMs };
    },
    put: (id, key, now) => {
      drop(id);
      entries.set(id, { key, cachedAt: now });
      for (const oldest of entries.keys()) {
        if (entries.size <= bounds.maxEntries) break;
        drop(oldest);
      }
    },
    drop,
    sweep: (now) => {
      for (const [id, entry] of entries) if (tooOld(entry, now)) drop(id);
    },
    clear: () => {
      for (const id of [...entries.keys()]) drop(id);
    },
    get size() {
      return entries.size;
    },
  };
};
