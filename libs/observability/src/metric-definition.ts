import type { ServiceName } from '@trendpot/contracts';

/** Values a label may take: a closed list, or `open` where the code itself keeps the number of values small. */
export type LabelValues = readonly string[] | 'open';

interface Common {
  readonly unit: 'seconds' | 'bytes' | 'count';
  /** One sentence; the HELP line. */
  readonly help: string;
  /** Never an account, user, video or tenant, a subject with an id, or the text of an error. */
  readonly labels: Readonly<Record<string, LabelValues>>;
  /** Who exposes it. */
  readonly services: readonly ServiceName[];
}

/** Only ever grows. Exposed as 0 for every combination of closed labels from the start: a first event is never missed. */
export interface CounterDefinition extends Common {
  readonly kind: 'counter';
  /** Name of the OpenTelemetry instrument where it is not the metric's own name. */
  readonly instrument?: string;
}
export interface GaugeDefinition extends Common {
  readonly kind: 'gauge';
}
export interface HistogramDefinition extends Common {
  readonly kind: 'histogram';
  /** Upper bounds of the buckets, in `unit`. */
  readonly boundaries: readonly number[];
}
export type MetricDefinition = CounterDefinition | GaugeDefinition | HistogramDefinition;

/** Stands for any value outside a closed list, so that a surprise costs one series and not thousands. */
export const OTHER = 'other';
