import { readFile } from 'node:fs/promises';
import { MONGOD_ARCHIVE_VERSION, NATS_SERVER_VERSION } from './versions.ts';

/** An official release archive and the vendor's list or file of its checksum, which lies beside it. */
export interface OfficialArchive {
  readonly version: string;
  readonly url: string;
  readonly checksumUrl: string;
  /** The end of the program's path inside the archive; the folder at its top is the vendor's business. */
  readonly program: string;
}

const NATS_RELEASES = 'https://github.com/nats-io/nats-server/releases/download';
const MONGODB_ARCHIVES = 'https://fastdl.mongodb.org';

/** The archive of this machine, or undefined where the vendor has none. */
export async function natsServerArchive(base = NATS_RELEASES): Promise<OfficialArchive | undefined> {
  const machine = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  if (machine === undefined || !['linux', 'darwin'].includes(process.platform)) return undefined;
  const folder = `nats-server-v${NATS_SERVER_VERSION}-${process.platform}-${machine}`;
  const release = `${base}/v${NATS_SERVER_VERSION}`;
  return {
    version: NATS_SERVER_VERSION,
    url: `${release}/${folder}.tar.gz`,
    checksumUrl: `${release}/SHA256SUMS`,
    program: '/nats-server',
  };
}

/** The archive of this machine, or undefined where the vendor has none. */
export async function mongodArchive(base = MONGODB_ARCHIVES): Promise<OfficialArchive | undefined> {
  const build = await mongodBuild();
  if (build === undefined) return undefined;
  const url = `${base}/${build.system}/mongodb-${build.name}-${MONGOD_ARCHIVE_VERSION}.tgz`;
  return { version: MONGOD_ARCHIVE_VERSION, url, checksumUrl: `${url}.sha256`, program: '/bin/mongod' };
}

async function mongodBuild(): Promise<{ readonly system: 'linux' | 'osx'; readonly name: string } | undefined> {
  const arm = process.arch === 'arm64';
  if (process.platform === 'darwin') return { system: 'osx', name: `macos-${arm ? 'arm64' : 'x86_64'}` };
  if (process.platform !== 'linux') return undefined;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const id = /^ID="?([a-z]+)/m.exec(release)?.[1];
  if (arm) return { system: 'linux', name: 'aarch64-ubuntu2204' };
  return { system: 'linux', name: id === 'debian' ? 'x86_64-debian12' : 'x86_64-ubuntu2204' };
}
