import { STREAM, type StreamName } from '@trendpot/contracts';
import type { Messaging } from '../messaging.ts';
import type { Blocks } from './blocks.ts';
import { nextFreeMs } from './next-free.ts';
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
}

/** How many permits one process asks for at the same time, as long as none was refused. */
const MOST_AT_ONCE = 8;
/** A ceiling that refused within this time is asked before the others. */
const SUSPECT_MS = 1_000;
const NATS_RETRY_MS = 250;

/**
 * Takes permits for whoever waits, people first, and never asks for one while it is known that none can be had: a
 * refusal sets when to ask again. Returns the function that looks for something to do.
 */
export const createDispatcher = (parts: DispatcherParts): (() => void) => {
  const { messaging, line, blocks, returns } = parts;
  const asking: Record<CallKind, number> = { interactive: 0, background: 0 };
  const refusedAt = new Map<StreamName, number>();

  const suspectsFor = (kind: CallKind): Set<StreamName> =>
    new Set(
      ceilingsFor(kind)
        .map(({ stream }) => stream)
        .filter((stream) => performance.now() - (refusedAt.get(stream) ?? -Infinity) < SUSPECT_MS),
    );

  const onRefused = async (stream: StreamName, liftsBefore: number): Promise<void> => {
    refusedAt.set(stream, performance.now());
    if (blocks.liftsOf(stream) !== liftsBefore) return;
    // Nobody else asks in the meantime; the time is put right once it is known.
    blocks.raise(stream, NATS_RETRY_MS, false);
    const freeInMs = await nextFreeMs(messaging, stream);
    if (blocks.liftsOf(stream) !== liftsBefore) return;
    if (freeInMs === 0) blocks.lift(stream);
    else blocks.raise(stream, freeInMs, stream !== STREAM.permitsInflight);
  };

  const onResult = async (result: TakeResult, lifts: ReadonlyMap<StreamName, number>): Promise<void> => {
    switch (result.outcome) {
      case 'granted': {
        const useless = elapsedMs(result.grant.requestedAt) > parts.ageLimitMs || parts.isCoolingDown();
        returns.put(useless ? result.grant.places : line.serve(result.grant));
        return;
      }
      case 'refused':
        await Promise.all(result.full.map((stream) => onRefused(stream, lifts.get(stream) ?? 0)));
        return;
      case 'unavailable':
        messaging.logger.warn('nats.permit.unavailable', { reason: result.error.message });
        blocks.raise('nats', NATS_RETRY_MS, false);
    }
  };

  const ask = async (kind: CallKind, suspects: ReadonlySet<StreamName>): Promise<void> => {
    const lifts = new Map(ceilingsFor(kind).map(({ stream }) => [stream, blocks.liftsOf(stream)]));
    try {
      await onResult(await take(messaging, returns, kind, suspects), lifts);
    } catch {
      blocks.raise('nats', NATS_RETRY_MS, false);
    }
  };

  const dispatch = (): void => {
    for (const kind of ['interactive', 'background'] as const) {
      line.dismiss(kind, blocks.certainMs(kind));
      while (line.size(kind) > asking[kind] && blocks.remainingMs(kind) <= 0) {
        const suspects = suspectsFor(kind);
        if (asking.interactive + asking.background >= (suspects.size > 0 ? 1 : MOST_AT_ONCE)) return;
        if (!messaging.isConnected()) {
          blocks.raise('nats', NATS_RETRY_MS, false);
          return;
        }
        asking[kind] += 1;
        void ask(kind, suspects).finally(() => {
          asking[kind] -= 1;
          dispatch();
        });
      }
    }
  };
  return dispatch;
};
