import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { pollUntil } from './poll-until.ts';

const LOWEST = 20_000;
/** Below Linux' ephemeral range (32,768 and up): no outgoing connection can take the port between a kill and a restart. */
const HIGHEST = 32_000;
const ATTEMPTS = 100;

/**
 * A port of 127.0.0.1 that nobody listens on now, the preferred one if it is free. Another process may still take it
 * first: callers retry.
 */
export async function findFreePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found between ${LOWEST} and ${HIGHEST}`);
}

/** Waits until nobody listens on the port; false if that does not come true in time. */
export async function isFreeSoon(port: number, withinMs: number): Promise<boolean> {
  const free = await pollUntil(async () => ((await isFree(port)) ? true : undefined), { deadlineMs: withinMs });
  return free === true;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
