import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import { batchAudit } from './batch-audit.ts';
import { COLLECTION, type Collections } from './collections.ts';
import { INDEXES } from './indexes.ts';
import { moveDataKeys } from './move-data-keys.ts';
import { VALIDATORS } from './validators.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  /** Digest of what it brings about; a differing one under the same version is applied anew. */
  readonly fingerprint: string;
  /** Idempotent: it may be cut off anywhere and run again. */
  apply(database: Db): Promise<void>;
}

const NAMESPACE_EXISTS = 48;

const createCollection = async (database: Db, name: string): Promise<void> => {
  try {
    await database.createCollection(name);
  } catch (error) {
    if ((error as { code?: unknown }).code !== NAMESPACE_EXISTS) throw error;
  }
};

const KEYS = Object.keys(COLLECTION) as (keyof Collections)[];

/** In the order of their versions. A released entry is never changed: later shapes are later entries. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'collections, validators and indexes',
    fingerprint: createHash('sha256')
      .update(JSON.stringify([COLLECTION, VALIDATORS, INDEXES]))
      .digest('hex'),
    apply: async (database) => {
      for (const key of KEYS) {
        const name = COLLECTION[key];
        await createCollection(database, name);
        await database.command({
          collMod: name,
          validator: { $jsonSchema: VALIDATORS[key] },
          validationLevel: 'strict',
          validationAction: 'error',
        });
        const indexes = [...INDEXES[key]];
        if (indexes.length > 0) await database.collection(name).createIndexes(indexes);
      }
    },
  },
  {
    version: 2,
    name: 'wrapped data keys in a collection of their own',
    fingerprint: 'moved once',
    apply: moveDataKeys,
  },
  {
    version: 3,
    name: 'audit entries in batches',
    fingerprint: 'batched once',
    apply: batchAudit,
  },
];
