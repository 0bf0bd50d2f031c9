import { DISPLAY_API_METRICS } from './catalogue/display-api.ts';
import { GATEWAY_METRICS } from './catalogue/gateway.ts';
import { PIPELINE_METRICS } from './catalogue/pipeline.ts';
import { PROCESS_METRICS } from './catalogue/process.ts';
import { VAULT_METRICS } from './catalogue/vault.ts';

/**
 * Every metric, by the exact name Prometheus sees. Services can record nothing else; alerts, dashboards and the
 * documentation are checked against this table. A new metric is a row in the file of its subject.
 */
export const CATALOGUE = {
  ...DISPLAY_API_METRICS,
  ...PIPELINE_METRICS,
  ...VAULT_METRICS,
  ...GATEWAY_METRICS,
  ...PROCESS_METRICS,
} as const;

type Catalogue = typeof CATALOGUE;
export type MetricName = keyof Catalogue;
type NameOf<Kind> = { [N in MetricName]: Catalogue[N] extends { kind: Kind } ? N : never }[MetricName];
export type CounterName = NameOf<'counter'>;
export type GaugeName = NameOf<'gauge'>;
export type HistogramName = NameOf<'histogram'>;

/** The labels of a metric, all of them required. */
export type LabelsOf<N extends MetricName> = { readonly [L in keyof Catalogue[N]['labels']]: string };
