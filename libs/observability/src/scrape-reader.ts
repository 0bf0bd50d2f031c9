import { MetricReader } from '@opentelemetry/sdk-metrics';

/** Collects when asked, and at no other time. The exporter's own reader would open a server of its own. */
export class ScrapeReader extends MetricReader {
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
}
