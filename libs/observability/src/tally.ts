import type { ObservableResult } from '@opentelemetry/api';
import type { Labels } from './labels.ts';

/**
 * What a counter has counted, by labels. Kept here and told when it is asked for: OpenTelemetry's own counters sort and
 * spell the labels at every single count, which is what a request would have to wait for.
 */
export interface Tally {
  /** Equal labels must be one object. */
  add(labels: Labels, value: number): void;
  tell(result: ObservableResult): void;
}

export const makeTally = (): Tally => {
  const counts = new Map<Labels, number>();
  return {
    add: (labels, value) => void counts.set(labels, (counts.get(labels) ?? 0) + value),
    tell: (result) => {
      for (const [labels, count] of counts) result.observe(count, labels);
    },
  };
};
