import { describe, expect, it } from '@jest/globals';
import { PlatformError } from '@trendpot/contracts';
import { secret } from '@trendpot/secrets';
import { createLogger } from './index.ts';

const capture = (level = 'debug') => {
  const written: string[] = [];
  const logger = createLogger({ service: 'ingestion', level }, { write: (line) => void written.push(line) });
  return { logger, written, last: () => JSON.parse(written.at(-1) ?? '{}') as Record<string, unknown> };
};

describe('a log line', () => {
  it('is one JSON object with level, time, service and event', () => {
    const { logger, written, last } = capture();
    logger.info('tiktok.page.stored', { videos: 20 });
    expect(written).toHaveLength(1);
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      service: 'ingestion',
      event: 'tiktok.page.stored',
      videos: 20,
    });
  });

  it('keeps its own four fields whatever a caller names his', () => {
    const { logger, last } = capture();
    logger.child({ service: 'x' }).warn('a.b', { level: 1, event: 'y' });
    expect(last()).toMatchObject({
      service: 'ingestion',
      service_: 'x',
      event: 'a.b',
      event_: 'y',
      level: 'warn',
      level_: 1,
    });
  });

  it('stays unwritten below the level', () => {
    const { logger, written } = capture('warn');
    logger.info('a.b');
    expect(written).toEqual([]);
  });

  it('tells an error as code, message and causes, and nothing that hangs on it', () => {
    const { logger, last } = capture();
    const cause = Object.assign(new Error('socket closed'), { code: 'ECONNRESET', request: { headers: 'canary' } });
    logger.error('tiktok.call.failed', { error: new PlatformError('E_TIKTOK_UNAVAILABLE', 'no answer', { cause }) });
    expect(last()['error']).toMatchObject({
      code: 'E_TIKTOK_UNAVAILABLE',
      message: 'no answer',
      cause: { code: 'ECONNRESET', message: 'socket closed' },
    });
    expect(JSON.stringify(last())).not.toContain('canary');
  });
});

describe('no secret comes through', () => {
  const token = 'act.CanaryCanary0123!4567.u1';

  it.each<[string, Record<string, unknown>]>([
    ['a Secret', { token: secret(token) }],
    ['a field', { token }],
    ['a nested field', { a: [{ b: { c: `Bearer ${token}` } }] }],
    ['a field name', { [token]: 1 }],
    ['the message of an error', { error: new Error(`refused ${token}`) }],
    ['the message of a cause', { error: new Error('x', { cause: new Error(token) }) }],
    ['a refresh token', { text: 'rft.CanaryCanary0123!4567' }],
    ['a client token', { text: 'clt.CanaryCanary0123' }],
    ['an nkey seed', { text: `SUA${'CANARY'.repeat(9)}C` }],
    ['bytes', { sealed: Buffer.from(token) }],
  ])('as %s', (_way, fields) => {
    const { logger, written } = capture();
    logger.info('a.b', fields);
    logger.child(fields).info('a.b');
    expect(written.join('')).not.toMatch(/canarycanary/i);
    expect(written.join('')).not.toContain([...Buffer.from('Canary')].join(','));
    written.forEach((line) => JSON.parse(line) as unknown);
  });

  /** Nothing that the last net would know for a token. */
  const plain = 'canarycanary';
  it.each<[string, Record<string, unknown>]>([
    ['a field', { held: secret(plain) }],
    ['bytes', { held: secret(Buffer.from(plain)) }],
    ['a nested field', { a: [{ b: { held: secret(plain) } }] }],
    ['what hangs on an error', { error: Object.assign(new Error('x'), { held: secret(plain) }) }],
    ['the cause of an error', { error: new Error('x', { cause: secret(plain) }) }],
  ])('as a Secret, whatever its value looks like: %s', (_way, fields) => {
    const { logger, written } = capture();
    logger.info('a.b', fields);
    logger.child(fields).info('a.b');
    expect(written.join('')).not.toContain(plain);
    expect(written.join('')).not.toContain([...Buffer.from(plain)].join(','));
    expect(written.every((line) => /\[secret\]|"message":"(x|a non-error was thrown)"/.test(line))).toBe(true);
  });
});
