import type { Histogram, ObservableCounter, ObservableGauge } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { CATALOGUE, type CounterName, type GaugeName, type HistogramName, type LabelsOf } from './catalogue.ts';
import { closedLabelSets, rememberLabels, type Labels } from './labels.ts';
import type { MetricDefinition } from './metric-definition.ts';
import { observeProcess } from './process-metrics.ts';
import { ScrapeReader } from './scrape-reader.ts';
import { makeTally, type Tally } from './tally.ts';

/** Labels are left out exactly where the metric has none. */
type LabelArguments<N extends keyof typeof CATALOGUE> = keyof LabelsOf<N> extends never
  ? readonly [labels?: Record<string, never>]
  : readonly [labels: LabelsOf<N>];

/** Counters whose value the process itself keeps. */
type ObservedCounterName = 'process_cpu_seconds_total';

export interface Meters {
  add<N extends CounterName>(name: N, ...rest: readonly [...LabelArguments<N>, value?: number]): void;
  record<N extends HistogramName>(name: N, value: number, ...rest: LabelArguments<N>): void;
  /** `read` runs at every scrape; when it fails or takes longer than two seconds the value is left out of that scrape. */
  observe<N extends GaugeName | ObservedCounterName>(
    name: N,
    read: () => number | Promise<number>,
    ...rest: LabelArguments<N>
  ): void;
  /** The text of `/metrics`. */
  render(): Promise<{ contentType: string; body: string }>;
  close(): Promise<void>;
}

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const READ_TIMEOUT_MS = 2_000;

/**
 * Instruments of the OpenTelemetry API for exactly the metrics of the catalogue, rendered as Prometheus text without a
 * server of their own. Units stay out of the instruments: the exporter would print them in a notation Prometheus does
 * not know.
 */
export const createMeters = ({ service }: { service: string }): Meters => {
  const reader = new ScrapeReader();
  const provider = new MeterProvider({ readers: [reader] });
  const meter = provider.getMeter('trendpot');
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  const labelsOf = new Map<string, (labels: Labels) => Labels>();
  const tallies = new Map<string, Tally>();
  const histograms = new Map<string, Histogram>();
  const observables = new Map<string, ObservableGauge | ObservableCounter>();

  for (const [name, definition] of Object.entries<MetricDefinition>(CATALOGUE)) {
    const options = { description: definition.help };
    const series = rememberLabels(name, definition);
    labelsOf.set(name, series);
    if (definition.kind === 'histogram') {
      const advice = { explicitBucketBoundaries: [...definition.boundaries] };
      histograms.set(name, meter.createHistogram(name, { ...options, advice }));
    } else if (definition.kind === 'gauge') {
      observables.set(name, meter.createObservableGauge(name, options));
    } else if (name === ('process_cpu_seconds_total' satisfies ObservedCounterName)) {
      observables.set(name, meter.createObservableCounter(name, options));
    } else {
      const tally = makeTally();
      tallies.set(name, tally);
      meter.createObservableCounter(definition.instrument ?? name, options).addCallback(tally.tell);
      const exposed = (definition.services as readonly string[]).includes(service);
      for (const labels of exposed ? closedLabelSets(definition) : []) tally.add(series(labels), 0);
    }
  }

  const attributes = (name: keyof typeof CATALOGUE, labels: unknown): Labels =>
    labelsOf.get(name)?.((labels as Labels | undefined) ?? {}) ?? {};

  const meters: Meters = {
    add: (name, ...rest) => {
      const [labels, value = 1] = rest as unknown as [Labels?, number?];
      tallies.get(name)?.add(attributes(name, labels), value);
    },
    record: (name, value, ...rest) => histograms.get(name)?.record(value, attributes(name, rest[0])),
    observe: (name, read, ...rest) => {
      const labels = attributes(name, rest[0]);
      observables.get(name)?.addCallback(async (result) => result.observe(await read(), labels));
    },
    render: async () => {
      const { resourceMetrics } = await reader.collect({ timeoutMillis: READ_TIMEOUT_MS });
      return { contentType: CONTENT_TYPE, body: `${serializer.serialize(resourceMetrics).trimEnd()}\n` };
    },
    close: async () => {
      stopObserving();
      await provider.shutdown();
    },
  };
  const stopObserving = observeProcess(meters);
  return meters;
};
