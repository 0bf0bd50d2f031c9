import { statSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Files that take longest, the slowest first: what begins last must not be what everybody waits for in the end. Jest's own
 * memory of the last run is no help where there was none, and the size of a file tells little of a crash matrix.
 */
export const SLOWEST = [
  'test/flows/start.flow.spec.ts',
  'test/failure/page-job-server-crash.spec.ts',
  'test/failure/nats-disk-loss.spec.ts',
  'test/failure/vault-crash.spec.ts',
  'test/failure/page-job-worker-crash.spec.ts',
  'test/browser/pages.browser.spec.ts',
  'test/failure/outbox-crash.spec.ts',
  'test/flows/library.flow.spec.ts',
  'test/security/canaries.spec.ts',
  'test/flows/audit.flow.spec.ts',
  'test/failure/request-ceiling.spec.ts',
  'test/flows/disconnect.flow.spec.ts',
  'libs/messaging/src/permits/server-crash.spec.ts',
  'test/failure/outbox-outage.spec.ts',
  'libs/nest-kit/src/start-service.spec.ts',
  'test/flows/ceiling.flow.spec.ts',
  'test/failure/fairness.spec.ts',
  'test/flows/connect.flow.spec.ts',
  'test/security/heap-snapshots.spec.ts',
  'test/failure/bad-input.spec.ts',
  'test/failure/refresh-job-worker-crash.spec.ts',
  'test/failure/settlement-crash.spec.ts',
  'services/ingestion/src/service.spec.ts',
] as const;

interface SpecFile {
  readonly path: string;
}

const placeOf = ({ path }: SpecFile): number => {
  const place = (SLOWEST as readonly string[]).indexOf(relative(ROOT, path));
  return place === -1 ? SLOWEST.length : place;
};

const sizeOf = ({ path }: SpecFile): number => statSync(path).size;

/** In which order Jest begins the files: the slowest, then the rest by size. */
export default class SlowestFirst {
  sort<T extends SpecFile>(files: readonly T[]): T[] {
    return [...files].sort((one, other) => placeOf(one) - placeOf(other) || sizeOf(other) - sizeOf(one));
  }

  allFailedTests<T extends SpecFile>(files: readonly T[]): T[] {
    return this.sort(files);
  }

  /** Nothing is kept from one run to the next. */
  cacheResults(): void {}
}
