import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REPOSITORY } from '@trendpot/local-platform';
import { filesOf } from './repository-files.ts';

// A trace would be one more place where a token could end up. The platform makes none, so nobody has to look there.

const TRACING =
  /@opentelemetry\/(sdk-(trace|node)|exporter-(trace|jaeger|zipkin)|auto-instrumentations|instrumentation)/;

describe('traces', () => {
  it('cannot be made: nothing that gets installed can record or send one', async () => {
    const lock = JSON.parse(await readFile(join(REPOSITORY, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    const installed = Object.keys(lock.packages);
    expect(installed.some((path) => path.endsWith('node_modules/@opentelemetry/sdk-metrics'))).toBe(true);
    expect(installed.filter((path) => TRACING.test(path))).toEqual([]);
  });

  it('are not begun: no source asks for a tracer', async () => {
    const sources = await filesOf(['libs', 'services'], /\.(ts|mts|js|mjs)$/);
    expect(sources.length).toBeGreaterThan(200);
    const tracer = /\bgetTracer(Provider)?\b|\bstartSpan\b|\bstartActiveSpan\b|\bTracerProvider\b/;
    expect(sources.filter(({ text }) => tracer.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it.each(['@opentelemetry/sdk-trace-base', '@opentelemetry/sdk-node', '@opentelemetry/exporter-trace-otlp-http'])(
    'would be noticed: %s',
    (name) => expect(TRACING.test(`node_modules/${name}`)).toBe(true),
  );
});
