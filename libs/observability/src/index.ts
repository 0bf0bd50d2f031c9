export { createLogger, type Logger } from './logger.ts';
export { describeError, type ErrorDescription } from './describe-error.ts';
export { redact } from './redact.ts';

export { createMeters, type Meters } from './meters.ts';
export {
  CATALOGUE,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type MetricName,
} from './catalogue.ts';
export { OTHER, type LabelValues, type MetricDefinition } from './metric-definition.ts';
