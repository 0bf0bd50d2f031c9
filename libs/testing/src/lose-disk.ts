import { glob, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { NatsServer } from '@trendpot/local-platform';

/** Kills a nats-server and starts it again without what it had stored: all of it, or what belongs to one stream. */
export const loseDisk = async (
  server: Pick<NatsServer, 'kill' | 'restart' | 'storeDir'>,
  stream?: string,
): Promise<void> => {
  await server.kill();
  const lost = stream === undefined ? 'jetstream' : `jetstream/*/streams/${stream}`;
  for await (const path of glob(lost, { cwd: server.storeDir })) {
    await rm(join(server.storeDir, path), { recursive: true, force: true });
  }
  await server.restart();
};
