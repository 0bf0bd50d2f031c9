import { describe, expect, it } from '@jest/globals';
import { CATALOGUE, type MetricDefinition } from '@trendpot/observability';
import { filesUnder, readText } from './repository-files.ts';

const metrics: Readonly<Record<string, MetricDefinition>> = CATALOGUE;
const rules = (await readText('deploy/prometheus/alerts.yaml')).split(/^ +- alert: /m).slice(1);
const named = (rule: string, key: string): string => new RegExp(`^ +${key}: ?(.*)$`, 'm').exec(rule)?.[1] ?? '';
const expressions = rules.map((rule) => named(rule, 'expr'));

/** Words of an expression that can be a metric: what is neither a function, a keyword, a label nor inside braces. */
const metricsIn = (expression: string): string[] =>
  [...expression.replaceAll(/\{[^}]*\}|\b(?:by|without) ?\([^)]*\)/g, '').matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(
    ([name]) => name,
  );
const labelsIn = (expression: string): string[] =>
  [
    ...[...expression.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside = '']) => [...inside.matchAll(/(\w+) *[=!]/g)]),
    ...[...expression.matchAll(/\bby ?\(([^)]*)\)/g)].flatMap(([, inside = '']) => [...inside.matchAll(/(\w+)/g)]),
  ].map(([, label = '']) => label);

/** What a setting bounds, and the metric that says what the setting is. */
const BOUNDS: Readonly<Record<string, string>> = {
  tiktok_permits_used: 'tiktok_permits_ceiling',
  tiktok_outbox_waiting: 'tiktok_outbox_limit',
};

/** What Prometheus itself puts on every series. */
const OF_THE_SCRAPE = ['job', 'instance'];

describe('the alert rules', () => {
  it('name only metrics that a service exposes, each rule at least one', async () => {
    const sources = (await filesUnder()).filter((path) => /^(services|libs)\/.*\/src\/.*\.ts$/.test(path));
    const recording = sources.filter((path) => !path.includes('/catalogue/') && !path.endsWith('.spec.ts'));
    const code = (await Promise.all(recording.map(readText))).join('\n');
    const found = expressions.map(metricsIn);
    expect(found.filter((names) => names.length === 0)).toEqual([]);
    expect(found.flat().filter((name) => !Object.hasOwn(metrics, name) || !code.includes(`'${name}'`))).toEqual([]);
  });

  it('ask for no label that the metric does not have', () => {
    const wrong = expressions.flatMap((expression) => {
      const known = metricsIn(expression).flatMap((name) => Object.keys(metrics[name]?.labels ?? {}));
      return labelsIn(expression).filter((label) => ![...known, ...OF_THE_SCRAPE].includes(label));
    });
    expect(wrong).toEqual([]);
  });

  it('measure what a setting bounds by the setting in force, not by a number of their own', () => {
    const bounded = expressions.map(metricsIn).filter((names) => names.some((name) => Object.hasOwn(BOUNDS, name)));
    expect(bounded.flat()).toEqual(expect.arrayContaining(Object.keys(BOUNDS)));
    for (const names of bounded) {
      for (const name of names.filter((each) => Object.hasOwn(BOUNDS, each))) expect(names).toContain(BOUNDS[name]);
    }
  });

  it('say how urgent each is, what has happened and what to do', () => {
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) {
      expect(named(rule, 'severity')).toMatch(/^(critical|warning)$/);
      expect(named(rule, 'summary')).not.toBe('');
      expect(named(rule, 'description')).not.toBe('');
    }
  });

  it('watch refusals by TikTok, dead letters and the outbox', () => {
    const watched = new Set(expressions.flatMap(metricsIn));
    for (const name of [
      'tiktok_display_rate_limit_exceeded_total',
      'tiktok_dead_letters_total',
      'tiktok_outbox_lag_seconds',
      'tiktok_outbox_blocked_accounts',
    ]) {
      expect(watched).toContain(name);
    }
    expect(expressions).toContain('sum(round(increase(tiktok_display_rate_limit_exceeded_total[1h]))) > 3');
  });
});
