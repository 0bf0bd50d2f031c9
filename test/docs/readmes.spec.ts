import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '@trendpot/contracts';
import { CATALOGUE, type MetricDefinition } from '@trendpot/observability';
import { linksOf } from './markdown.ts';
import { readText } from './repository-files.ts';

const metrics: [string, MetricDefinition][] = Object.entries(CATALOGUE);
/** Left out: what every service exposes about its process. */
const ownMetricsOf = (service: (typeof SERVICES)[number]): string[] =>
  metrics
    .filter(([, { services }]) => services.includes(service) && services.length < SERVICES.length)
    .map(([name]) => name);

describe.each([...SERVICES])('the README of %s', (service) => {
  it('names its metrics and no others', async () => {
    const text = await readText(`services/${service}/README.md`);
    const named = [...text.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, name]) => name as string);
    const known = new Set(metrics.map(([name]) => name));
    expect(new Set(named.filter((name) => known.has(name)))).toEqual(new Set(ownMetricsOf(service)));
  });

  it('leads to its settings', async () => {
    const text = await readText(`services/${service}/README.md`);
    expect(linksOf(text)).toContain(`../../docs/configuration.md#${service}`);
  });
});
