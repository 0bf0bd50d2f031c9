import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maxInWindow, summarize, type CallRecord } from './call-log.ts';
import { appOfThisFile } from './testing/app-of-this-file.ts';

const app = appOfThisFile();
beforeEach(() => app.control('POST', '/reset'));

const calls = async (query = ''): Promise<CallRecord[]> =>
  (await app.control('GET', `/calls${query}`)).body as unknown as CallRecord[];

describe('the call log', () => {
  it('finds the fullest sliding window, whatever the arrivals', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 100 }),
        (arrivals, windowMs) => {
          const times = arrivals.toSorted((left, right) => left - right);
          const counted = times.map((start) => times.filter((time) => time >= start && time < start + windowMs).length);
          expect(maxInWindow(times, windowMs)).toBe(Math.max(0, ...counted));
        },
      ),
    );
  });

  it('sums up a hundred thousand calls in no time', () => {
    const record = (index: number): CallRecord => ({
      at: index * 7,
      kind: index % 10 === 0 ? 'oauth' : 'display',
      route: '/v2/video/list/',
      client: 'a',
      creator: 'sample',
      inFlight: index % 5,
      status: 200,
      durationMs: 1,
    });
    const start = performance.now();
    const summary = summarize(
      Array.from({ length: 100_000 }, (_, index) => record(index)),
      700,
    );
    expect(performance.now() - start).toBeLessThan(2000);
    expect(summary).toMatchObject({ total: 100_000, maxInFlight: 4, maxInWindow: 100 });
    expect(summary.byKind).toMatchObject({ oauth: { total: 10_000, maxInWindow: 10 }, display: { maxInWindow: 90 } });
  });

  it('tells route, app, creator and answer of every call, in order of arrival', async () => {
    const { access, refresh } = await app.signIn('prolific');
    await app.list(access);
    await app.list('act.nobody');
    await app.refresh(refresh);
    const log = await calls();
    expect(log.map(({ route, kind, creator, status }) => [kind, route, creator, status])).toEqual([
      ['other', '/v2/auth/authorize/decision', 'prolific', 302],
      ['oauth', '/v2/oauth/token/', 'prolific', 200],
      ['display', '/v2/video/list/', 'prolific', 200],
      ['display', '/v2/video/list/', undefined, 401],
      ['oauth', '/v2/oauth/token/', 'prolific', 200],
    ]);
    expect(log[2]?.client).toBe('awfake0000000000');
    const times = log.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('counts how many were under way at once, those held at a gate included', async () => {
    const { access } = await app.signIn();
    const ids = ['one', 'two', 'three'];
    for (const id of ids) await app.control('POST', '/hold-next', { route: '/v2/video/list/', id });
    const held = ids.map(() => app.list(access));
    for (const id of ids) await app.control('GET', `/held/${id}`);
    for (const id of ids) await app.control('POST', `/release/${id}`);
    await Promise.all(held);
    const { body } = await app.control('GET', '/calls/summary?kind=display&windowMs=60000');
    expect(body).toMatchObject({ total: 3, maxInFlight: 3, maxInWindow: 3, byRoute: { '/v2/video/list/': 3 } });
  });

  it('is filtered, and forgets when told to', async () => {
    const { access } = await app.signIn();
    await app.list(access);
    const [listed] = await calls('?route=/v2/video/list/');
    expect(listed).toMatchObject({ kind: 'display', creator: 'sample' });
    expect(await calls(`?since=${(listed?.at ?? 0) + 0.001}`)).toEqual([]);
    expect((await app.control('GET', '/calls?path=x')).status).toBe(400);
    await app.control('DELETE', '/calls');
    expect(await calls()).toEqual([]);
  });

  it('never holds a token', async () => {
    const { access, refresh } = await app.signIn();
    await app.refresh(refresh);
    const seen = (await app.control('GET', '/calls')).text + (await app.control('GET', '/grants')).text;
    for (const secret of [access, refresh]) expect(seen).not.toContain(secret);
  });
});
