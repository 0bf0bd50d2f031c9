import { afterAll, describe, expect, it } from '@jest/globals';
import { SERVICES } from '@trendpot/contracts';
import { CATALOGUE, createMeters } from './index.ts';
import { closedLabelSets } from './labels.ts';
import type { MetricDefinition } from './metric-definition.ts';

const definitions = Object.entries<MetricDefinition>(CATALOGUE);
const open: { close(): Promise<void> }[] = [];
const metersOf = (service: string) => {
  const meters = createMeters({ service });
  open.push(meters);
  return meters;
};
afterAll(() => Promise.all(open.map((meters) => meters.close())));

const linesOf = async (meters: ReturnType<typeof createMeters>) => (await meters.render()).body.split('\n');

describe('the catalogue', () => {
  it.each(definitions)('%s follows the naming rules of Prometheus', (name, definition) => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(name.endsWith('_total')).toBe(definition.kind === 'counter');
    if (definition.unit !== 'count') expect(name).toMatch(new RegExp(`_${definition.unit}(_total)?$`));
    expect(definition.help).toMatch(/^[A-Z].*\.$/);
    expect(Object.keys(definition.labels).filter((label) => !/^[a-z]+$/.test(label))).toEqual([]);
    if (definition.kind === 'histogram') {
      expect([...definition.boundaries]).toEqual([...definition.boundaries].sort((one, other) => one - other));
    }
  });
});

describe.each(SERVICES)('/metrics of %s', (service) => {
  const own = definitions.filter(([, { services }]) => (services as readonly string[]).includes(service));

  it('shows every counter of the service as 0 for every combination of its closed labels, under its exact name', async () => {
    const lines = await linesOf(metersOf(service));
    const counters = own.filter(([name, { kind }]) => kind === 'counter' && name !== 'process_cpu_seconds_total');
    for (const [name, definition] of counters) {
      for (const labels of closedLabelSets(definition)) {
        const text = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
        expect(lines).toContain(`${name}${text.length === 0 ? '' : `{${text.join(',')}}`} 0`);
      }
    }
  });

  it('shows no metric that the catalogue does not name, with the help and kind the catalogue gives', async () => {
    const meters = metersOf(service);
    for (const [name, definition] of own) {
      const labels = Object.fromEntries(
        Object.entries(definition.labels).map(([label, values]) => [label, values === 'open' ? 'x' : values[0]]),
      );
      const anyMeters = meters as unknown as Record<'add' | 'record' | 'observe', (...values: unknown[]) => void>;
      if (definition.kind === 'histogram') anyMeters.record(name, 1, labels);
      else if (definition.kind === 'counter' && name !== 'process_cpu_seconds_total') anyMeters.add(name, labels);
      else anyMeters.observe(name, () => 1, labels);
    }
    const lines = await linesOf(meters);
    const shown = lines.filter((line) => line.startsWith('# TYPE')).sort();
    expect(shown).toEqual(own.map(([name, { kind }]) => `# TYPE ${name} ${kind}`).sort());
    for (const [name, { help }] of own) expect(lines).toContain(`# HELP ${name} ${help}`);
    expect(lines.filter((line) => line.startsWith('# UNIT') || line.includes('otel_'))).toEqual([]);
  });
});

describe('recording', () => {
  it('counts, measures in the declared buckets and reads gauges when scraped', async () => {
    const meters = metersOf('ingestion');
    meters.add('tiktok_display_rate_limit_exceeded_total', { endpoint: 'video.list', kind: 'background' });
    meters.add('tiktok_videos_stored_total', {}, 20);
    meters.record('tiktok_permit_wait_seconds', 0.01, { kind: 'interactive' });
    let waiting = 1;
    meters.observe('tiktok_outbox_waiting', async () => waiting);
    waiting = 7;
    const lines = await linesOf(meters);
    expect(lines).toContain('tiktok_display_rate_limit_exceeded_total{endpoint="video.list",kind="background"} 1');
    expect(lines).toContain('tiktok_videos_stored_total 20');
    expect(lines).toContain('tiktok_permit_wait_seconds_bucket{kind="interactive",le="0.005"} 0');
    expect(lines).toContain('tiktok_permit_wait_seconds_bucket{kind="interactive",le="0.015"} 1');
    expect(lines).toContain('tiktok_outbox_waiting 7');
  });

  it('keeps a value outside a closed list from making a series of its own', async () => {
    const meters = metersOf('ingestion');
    meters.add('tiktok_jobs_total', { queue: 'acc_00000000000000000000', outcome: 'done' });
    expect(await linesOf(meters)).toContain('tiktok_jobs_total{queue="other",outcome="done"} 1');
  });

  it('refuses a label that was not declared, and one that is missing', () => {
    const meters = metersOf('ingestion');
    const labels = { queue: 'sync', outcome: 'done', account: 'acc_1' };
    expect(() => meters.add('tiktok_jobs_total', labels)).toThrow('takes the labels [queue, outcome]');
    expect(() => meters.add('tiktok_jobs_total', { queue: 'sync' } as never)).toThrow(TypeError);
  });

  it('leaves out a gauge that cannot be read and shows all others', async () => {
    const meters = metersOf('ingestion');
    meters.observe('tiktok_outbox_waiting', () => Promise.reject(new Error('no database')));
    meters.observe('tiktok_outbox_lag_seconds', () => 3);
    const lines = await linesOf(meters);
    expect(lines).toContain('tiktok_outbox_lag_seconds 3');
    expect(lines.filter((line) => line.startsWith('tiktok_outbox_waiting'))).toEqual([]);
  });
});
