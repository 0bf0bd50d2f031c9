import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { PlatformError } from '@trendpot/contracts';
import type { Db } from 'mongodb';
import { releaseClaim, takeClaim } from './claim.ts';
import { COLLECTION } from './collections.ts';
import type { Database } from './connect-mongo.ts';
import type { ClaimDocument } from './documents.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';

interface MigrationDocument {
  readonly _id: number;
  readonly name: string;
  readonly fingerprint: string;
  readonly appliedAt: Date;
}

const CLAIM = 'migrate';
const CLAIM_MS = 30_000;
const RETRY_MS = 100;
const DEADLINE_MS = 120_000;

/** What is still to be done. A database that a newer release has moved on is left as it is. */
const outstanding = async (database: Db): Promise<readonly Migration[]> => {
  const applied = await database.collection<MigrationDocument>('migrations').find().sort({ _id: 1 }).toArray();
  const newest = applied.at(-1)?._id ?? 0;
  const known = MIGRATIONS.at(-1)?.version ?? 0;
  if (newest > known) return [];
  return MIGRATIONS.filter(
    ({ version, fingerprint }) => applied.find(({ _id }) => _id === version)?.fingerprint !== fingerprint,
  );
};

const apply = async (database: Db, migration: Migration): Promise<void> => {
  await migration.apply(database);
  const { version, name, fingerprint } = migration;
  await database
    .collection<MigrationDocument>('migrations')
    .replaceOne({ _id: version }, { name, fingerprint, appliedAt: new Date() }, { upsert: true });
};

const applyAll = async (database: Db, holder: string): Promise<void> => {
  const claims = database.collection<ClaimDocument>(COLLECTION.claims);
  const renewal = setInterval(() => {
    takeClaim(claims, CLAIM, holder, CLAIM_MS).catch(() => undefined);
  }, CLAIM_MS / 3);
  try {
    for (const migration of await outstanding(database)) await apply(database, migration);
  } finally {
    clearInterval(renewal);
    await releaseClaim(claims, CLAIM, holder);
  }
};

/**
 * Brings collections, validators and indexes to the newest version. Safe when several services start at once: one
 * works, the others wait for it.
 *
 * @throws PlatformError E_UNAVAILABLE when another process holds the migration for two minutes.
 */
export const migrate = async (database: Database): Promise<void> => {
  const db = database.client.db(database.collections.accounts.dbName);
  const claims = db.collection<ClaimDocument>(COLLECTION.claims);
  const holder = randomUUID();
  const deadline = performance.now() + DEADLINE_MS;
  while ((await outstanding(db)).length > 0) {
    if (await takeClaim(claims, CLAIM, holder, CLAIM_MS)) await applyAll(db, holder);
    else if (performance.now() > deadline) {
      throw new PlatformError('E_UNAVAILABLE', 'another process has been migrating the database for too long');
    } else await delay(RETRY_MS);
  }
};
