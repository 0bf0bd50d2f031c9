import { setTimeout as sleep } from 'node:timers/promises';
import type { PlatformEvent } from '@trendpot/contracts';
import { startPlatform, type Platform, type PlatformOptions } from '../platform/platform.ts';
import type { Ending } from './ending.ts';
import { listenToEvents, type EventListener } from './event-listener.ts';

/** An interrupted start is not waited for much longer: guards end what it leaves behind when this process goes. */
const ABANDONED_AFTER_MS = 3_000;
const UNSUBSCRIBED_WITHIN_MS = 5_000;

/** The platform with a subscriber, from a start that may fail or be interrupted to an end that reaches everything. */
export interface Session {
  /** @throws what the start failed with, or the reason of an end that came first */
  open(options: PlatformOptions, onEvent: (event: PlatformEvent) => void): Promise<OpenSession>;
  /** Stops whatever was started, as far as `open` came. Never rejects; answers what did not end as it should. */
  close(): Promise<readonly string[]>;
}

export interface OpenSession {
  readonly platform: Platform;
  readonly events: EventListener;
}

const within = async (work: Promise<unknown>, milliseconds: number, what: string): Promise<readonly string[]> => {
  const late = new AbortController();
  const fault = await Promise.race([
    work.then(
      () => [],
      (error: unknown) => [`${what}: ${error instanceof Error ? error.message : String(error)}`],
    ),
    sleep(milliseconds, [`${what}: no answer`], { signal: late.signal }).catch(() => []),
  ]);
  late.abort();
  return fault;
};

export const makeSession = (ending: Ending): Session => {
  let starting: Promise<Platform> | undefined;
  let subscribing: Promise<EventListener> | undefined;
  return {
    async open(options, onEvent) {
      starting = startPlatform({ ...options, signal: ending.signal });
      const platform = await ending.before(starting);
      void platform.serviceEnded.then((fault) => ending.end(fault));
      subscribing = listenToEvents(platform, onEvent);
      return { platform, events: await ending.before(subscribing) };
    },
    async close() {
      const faults: string[] = [];
      const unsubscribed = subscribing?.then(
        (events) => events.stop(),
        () => undefined,
      );
      if (unsubscribed !== undefined) {
        faults.push(...(await within(unsubscribed, UNSUBSCRIBED_WITHIN_MS, 'the subscription could not be removed')));
      }
      const started = starting?.catch(() => undefined);
      const platform = await Promise.race([started, sleep(ABANDONED_AFTER_MS)]);
      return [...faults, ...((await platform?.stop()) ?? [])];
    },
  };
};
