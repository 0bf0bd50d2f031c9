import { STREAM, SUBJECT, type StreamName } from '@trendpot/contracts';
import type { CallKind } from './permits.ts';

/** One ceiling: a stream that holds a message for every place taken. */
export interface Ceiling {
  readonly stream: StreamName;
  readonly subject: string;
}

export const IN_FLIGHT: Ceiling = { stream: STREAM.permitsInflight, subject: SUBJECT.permitInflight };
export const BACKGROUND: Ceiling = { stream: STREAM.permitsBackground, subject: SUBJECT.permitBackground };
const MINUTE: Ceiling = { stream: STREAM.permitsMinute, subject: SUBJECT.permitMinute };
const DAY: Ceiling = { stream: STREAM.permitsDay, subject: SUBJECT.permitDay };

/** All the ceilings a call of this kind must fit under. */
export const ceilingsFor = (kind: CallKind): readonly Ceiling[] =>
  kind === 'background' ? [IN_FLIGHT, BACKGROUND, MINUTE, DAY] : [IN_FLIGHT, MINUTE, DAY];

/** A place that is ours until it is given back or expires. */
export interface Place {
  readonly ceiling: Ceiling;
  readonly sequence: number;
}

/** A full set of places, taken at once. */
export interface Grant {
  readonly kind: CallKind;
  readonly places: readonly Place[];
  /** Read before the first place was asked for: no place is older than this says. */
  readonly requestedAt: Instant;
}

/**
 * A moment by two clocks. The monotonic one stands still while a virtual machine is suspended, the other may be set
 * back: the larger difference counts.
 */
export interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

export const instant = (): Instant => ({ monotonic: performance.now(), wall: Date.now() });
export const elapsedMs = (since: Instant): number =>
  Math.max(performance.now() - since.monotonic, Date.now() - since.wall);
