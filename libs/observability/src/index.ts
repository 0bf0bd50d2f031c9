export { createLogger, type Logger } from './logger.ts';
export { redact } from './redact.ts';
export { postJobFailed, type OperationsWebhook } from './operations-webhook.ts';

export { createMeters, type Meters } from './meters.ts';
export {
  CATALOGUE,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type MetricName,
} from './catalogue.ts';
export type { LabelValues, MetricDefinition } from './metric-definition.ts';
