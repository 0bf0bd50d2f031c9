import { DiscardPolicy, type StreamConfig } from '@nats-io/jetstream';
import { STREAM, type StreamDefinition } from '@trendpot/contracts';
import { MINUTE_MS, nanos } from '../milliseconds.ts';
import type { Ceilings } from './settings.ts';

interface Place {
  readonly ceiling: number;
  readonly keptMs: number;
}

const placeOf = (name: string, ceilings: Ceilings): Place => {
  const window = ceilings.windowMs + ceilings.marginMs;
  switch (name) {
    case STREAM.permitsMinute:
      return { ceiling: ceilings.perMinute, keptMs: window };
    case STREAM.permitsBackground:
      return { ceiling: ceilings.backgroundPerMinute, keptMs: window };
    case STREAM.permitsDay:
      return { ceiling: ceilings.perDay, keptMs: ceilings.dayMs + ceilings.marginMs };
    default:
      return { ceiling: ceilings.concurrent, keptMs: ceilings.leaseMs };
  }
};

/**
 * The server itself keeps the ceiling: it refuses the message one too many and forgets each one when its window is
 * over. With `discard: new` a lowered ceiling drops nothing that is stored (measured): the surplus runs off by age.
 */
export const permitStreamConfig = ({ name }: StreamDefinition, ceilings: Ceilings): Partial<StreamConfig> => {
  const { ceiling, keptMs } = placeOf(name, ceilings);
  return {
    max_msgs: ceiling,
    discard: DiscardPolicy.New,
    max_age: nanos(keptMs),
    // Whether a publish without an answer was stored can be asked by repeating it: for as long as it could be stored.
    duplicate_window: nanos(Math.min(keptMs, 10 * MINUTE_MS)),
    metadata: { margin_ms: String(ceilings.marginMs) },
  };
};
