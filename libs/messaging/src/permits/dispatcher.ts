import { setTimeout as delay } from 'node:timers/promises';
import { STREAM, type StreamName } from '@trendpot/contracts';
import type { Messaging } from '../messaging.ts';
import type { Blocks } from './blocks.ts';
import { nextFree } from './next-free.ts';
import type { CallKind } from './permits.ts';
import { ceilingsFor, elapsedMs } from './places.ts';
import type { Returns } from './returns.ts';
import { take, type TakeResult } from './take.ts';
import type { WaitingLine } from './waiting-line.ts';

export interface DispatcherParts {
  readonly messaging: Messaging;
  readonly line: WaitingLine;
  readonly blocks: Blocks;
  readonly returns: Returns;
  readonly ageLimitMs: number;
  isCoolingDown(): boolean;
  /** NATS can be asked, and what it has to say is known. */
  isReady(): boolean;
}

/** How many permits one process asks for at the same time; after a refusal one, then twice as many with every success. */
const MOST_AT_ONCE = 8;
/** A ceiling that refused within this time, or since the last grant, is asked before the others. */
const SUSPECT_MS = 1_000;
const NATS_RETRY_MS = 250;
/** A place in flight that is not signalled within this time may be that of a holder that died. */
const SIGNAL_WITHIN_MS = 250;

/**
 * Takes permits for whoever waits, people first, and never asks for one while it is known that none can be had: a
 * refusal sets when to ask again. Returns the function that looks for something to do.
 */
export const createDispatcher = (parts: DispatcherParts): (() => void) => {
  const { messaging, line, blocks, returns } = parts;
  const asking: Record<CallKind, number> = { interactive: 0, background: 0 };
  const refusedAt = new Map<StreamName, number>();
  let grantedAt = -Infinity;
  let atOnce = MOST_AT_ONCE;

  const suspectsFor = (kind: CallKind): Set<StreamName> =>
    new Set(
      ceilingsFor(kind)
        .map(({ stream }) => stream)
        .filter((stream) => (refusedAt.get(stream) ?? -Infinity) > Math.min(grantedAt, performance.now() - SUSPECT_MS)),
    );

  const onRefused = async (stream: StreamName, liftsBefore: number): Promise<void> => {
    refusedAt.set(stream, performance.now());
    if (blocks.liftsOf(stream) !== liftsBefore) return;
    // Nobody else asks in the meantime; the time is put right once it is known.
    blocks.raise(stream, 2 * SIGNAL_WITHIN_MS);
    if (stream === STREAM.permitsInflight) {
      await delay(SIGNAL_WITHIN_MS, undefined, { ref: false });
      if (blocks.liftsOf(stream) !== liftsBefore) return;
    }
    const { freeInMs, lookAgainInMs } = await nextFree(messaging, stream);
    if (blocks.liftsOf(stream) !== liftsBefore) return;
    if (freeInMs === 0) return blocks.lift(stream);
    blocks.raise(stream, lookAgainInMs, stream === STREAM.permitsInflight ? 0 : freeInMs);
    // Who cannot wait for so long is told now.
    dispatch();
  };

  const onResult = (result: TakeResult, lifts: ReadonlyMap<StreamName, number>): void => {
    switch (result.outcome) {
      case 'granted': {
        atOnce = Math.min(MOST_AT_ONCE, atOnce * 2);
        grantedAt = performance.now();
        const useless = elapsedMs(result.grant.requestedAt) > parts.ageLimitMs || parts.isCoolingDown();
        returns.put(useless ? result.grant.places : line.serve(result.grant));
        return;
      }
      case 'refused':
        atOnce = 1;
        for (const stream of result.full) {
          onRefused(stream, lifts.get(stream) ?? 0).catch(() => blocks.raise('nats', NATS_RETRY_MS));
        }
        return;
      case 'unavailable':
        messaging.logger.warn('nats.permit.unavailable', { reason: result.error.message });
        blocks.raise('nats', NATS_RETRY_MS);
    }
  };

  const ask = async (kind: CallKind, suspects: ReadonlySet<StreamName>): Promise<void> => {
    const lifts = new Map(ceilingsFor(kind).map(({ stream }) => [stream, blocks.liftsOf(stream)]));
    try {
      onResult(await take(messaging, returns, kind, suspects), lifts);
    } catch {
      blocks.raise('nats', NATS_RETRY_MS);
    }
  };

  const dispatch = (): void => {
    for (const kind of ['interactive', 'background'] as const) {
      line.dismiss(kind, blocks.certainMs(kind));
      while (line.size(kind) > asking[kind] && blocks.remainingMs(kind) <= 0) {
        if (asking.interactive + asking.background >= atOnce) return;
        if (!parts.isReady()) {
          blocks.raise('nats', NATS_RETRY_MS);
          return;
        }
        asking[kind] += 1;
        void ask(kind, suspectsFor(kind)).finally(() => {
          asking[kind] -= 1;
          dispatch();
        });
      }
    }
  };
  return dispatch;
};
