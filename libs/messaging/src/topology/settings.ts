import type { CONSUMER } from '@trendpot/contracts';
import { DAY_MS, MINUTE_MS } from '../milliseconds.ts';

export type ConsumerName = (typeof CONSUMER)[keyof typeof CONSUMER];

/** How many calls TikTok allows, and how exactly that is kept. */
export interface CeilingSettings {
  /** Calls in any window of a minute, all kinds. */
  readonly perMinute: number;
  /** How many of those may be background work. */
  readonly backgroundPerMinute: number;
  readonly perDay: number;
  /** Calls at once. */
  readonly concurrent: number;
  /** Default 60,000. */
  readonly windowMs?: number;
  /** Default 24 hours. */
  readonly dayMs?: number;
  /** How old a permit may be when its request leaves; its message is kept that much longer than the window. Default 500. */
  readonly marginMs?: number;
  /** After this a place in flight whose holder died is free again. Must exceed the timeout of a call. Default 30,000. */
  readonly leaseMs?: number;
}

export interface TopologySettings {
  readonly ceilings?: CeilingSettings;
  readonly consumers?: Partial<Record<ConsumerName, { readonly maxAckPending: number }>>;
  /** Default 14 days. */
  readonly eventsMaxAgeMs?: number;
  /** Default 18 months (548 days). */
  readonly auditMaxAgeMs?: number;
  /** Copies of every stream, on as many servers of a cluster. Unset: one when it is made, and then as an operator has it. */
  readonly replicas?: number;
  /** How long to keep trying. Default 60 s. */
  readonly readyWithinMs?: number;
  /** How often to look whether everything is still there. Default one minute. */
  readonly lookEveryMs?: number;
}

export type Ceilings = Required<CeilingSettings>;

/** The settings with their defaults filled in. */
export const ceilingsOf = (settings: CeilingSettings): Ceilings => ({
  perMinute: settings.perMinute,
  backgroundPerMinute: settings.backgroundPerMinute,
  perDay: settings.perDay,
  concurrent: settings.concurrent,
  windowMs: settings.windowMs ?? MINUTE_MS,
  dayMs: settings.dayMs ?? DAY_MS,
  marginMs: settings.marginMs ?? 500,
  leaseMs: settings.leaseMs ?? 30_000,
});
