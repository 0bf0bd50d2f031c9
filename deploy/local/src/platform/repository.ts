import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@trendpot/contracts';

/** Root of the repository: this package runs from it, never from an installed copy. */
export const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

export const serviceMain = (service: ServiceName): string => join(REPOSITORY, 'services', service, 'dist', 'main.js');

export const FAKE_TIKTOK_MAIN = join(REPOSITORY, 'test', 'fakes', 'tiktok', 'src', 'main.ts');
