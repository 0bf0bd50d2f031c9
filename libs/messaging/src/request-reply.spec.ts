import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PlatformError, SUBJECT, replySchema } from '@trendpot/contracts';
import { z } from 'zod';
import { eventually, gate, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import type { Messaging } from './messaging.ts';
import { publish } from './publish.ts';
import { request } from './request.ts';
import { respond } from './respond.ts';

jest.setTimeout(60_000);

const Question = z.strictObject({ number: z.number() });
const Reply = replySchema(z.object({ double: z.number() }));

describe('asking another service', () => {
  let platform: PlatformNats;
  let ingestion: Messaging;
  let gateway: Messaging;
  const refused: PlatformError[] = [];
  const held = gate();
  let held_requests = 0;
  beforeAll(async () => {
    platform = await startPlatformNats();
    ingestion = await platform.connect('ingestion');
    gateway = await platform.connect('auth-gateway');
    respond(ingestion, {
      subject: SUBJECT.videosLookup,
      queue: 'ingestion',
      schema: Question,
      onRefused: (error) => refused.push(error),
      handler: async ({ number }) => {
        if (number === 1) throw new PlatformError('E_VIDEO_NOT_FOUND', 'video 1 of acc_x is private');
        if (number === 2) throw new PlatformError('E_TOO_MANY_REQUESTS', 'x', { afterMs: 1_234 });
        if (number === 3) throw new TypeError('secret detail');
        if (number === 4) return { double: 'four' };
        if (number === 5) return { double: 5, more: 'x'.repeat(2_000_000) };
        if (number === 6) {
          held_requests += 1;
          await held.passed;
        }
        return { double: number * 2 };
      },
    });
    await ingestion.connection.flush();
  });
  afterAll(() => platform.stop());

  const ask = (payload: unknown, timeoutMs = 2_000, subject: string = SUBJECT.videosLookup) =>
    request(gateway, { subject, payload, reply: Reply, timeoutMs });

  it('brings its answer', async () => {
    expect(await ask({ number: 21 })).toEqual({ double: 42 });
  });

  it('brings its refusal: the code and when to come back, without the detail', async () => {
    await expect(ask({ number: 1 })).rejects.toMatchObject({ code: 'E_VIDEO_NOT_FOUND' });
    await expect(ask({ number: 1 })).rejects.not.toThrow('acc_x');
    await expect(ask({ number: 2 })).rejects.toMatchObject({ code: 'E_TOO_MANY_REQUESTS', afterMs: 1_234 });
  });

  it('tells nothing of a fault nobody foresaw', async () => {
    const refusal = await ask({ number: 3 }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'E_INTERNAL' });
    expect(String(refusal)).not.toContain('secret detail');
    expect(refused.at(-1)?.message).toContain('secret detail');
  });

  it.each([
    ['a wrong type', { number: 'x' }, 'E_MALFORMED_MESSAGE'],
    ['a field too many', { number: 1, more: 1 }, 'E_MALFORMED_MESSAGE'],
    ['nothing', null, 'E_MALFORMED_MESSAGE'],
    ['more than 64 KiB', { number: 1, more: 'x'.repeat(70_000) }, 'E_MESSAGE_TOO_LARGE'],
  ])('is refused for %s', async (_, payload, code) => {
    await expect(ask(payload)).rejects.toMatchObject({ code });
  });

  it('is refused for what is no JSON, and the service goes on', async () => {
    const answer = await gateway.connection.request(SUBJECT.videosLookup, '{', { timeout: 2_000 });
    expect(answer.json()).toMatchObject({ ok: false, error: { code: 'E_MALFORMED_MESSAGE' } });
    expect(await ask({ number: 4_000 })).toEqual({ double: 8_000 });
  });

  it('fails when the answer is not what the contract says, or too large to be sent', async () => {
    await expect(ask({ number: 4 })).rejects.toMatchObject({ code: 'E_INTERNAL' });
    await expect(ask({ number: 5 })).rejects.toMatchObject({ code: 'E_MESSAGE_TOO_LARGE' });
  });

  it('fails as unavailable when nobody is there, or nobody answers in time', async () => {
    await expect(ask({ number: 1 }, 2_000, SUBJECT.videosPage)).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    await expect(ask({ number: 6 }, 50)).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
  });

  it('is still answered when the service stops meanwhile', async () => {
    const refresher = await platform.connect('ingestion');
    const go = gate();
    const started = gate();
    const running = respond(refresher, {
      subject: SUBJECT.videosPage,
      queue: 'ingestion',
      schema: Question,
      handler: async ({ number }) => {
        started.open();
        await go.passed;
        return { double: number };
      },
    });
    await refresher.connection.flush();
    const answer = ask({ number: 7 }, 5_000, SUBJECT.videosPage);
    await started.passed;
    const stopped = running.stop();
    go.open();
    expect(await answer).toEqual({ double: 7 });
    await stopped;
    await expect(ask({ number: 1 }, 500, SUBJECT.videosPage)).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
  });

  it('handles several requests side by side', async () => {
    const before = held_requests;
    const answers = [ask({ number: 6 }, 5_000), ask({ number: 6 }, 5_000)];
    await eventually(() => held_requests === before + 2, { what: 'both being under way' });
    held.open();
    expect(await Promise.all(answers)).toEqual([{ double: 12 }, { double: 12 }]);
  });
});

describe('publishing', () => {
  it('fails as unavailable where no stream is, and as too large where the server would never take it', async () => {
    const platform = await startPlatformNats();
    const ingestion = await platform.connect('ingestion');
    const event = { subject: SUBJECT.videosUpdate, messageId: 'x' };
    await expect(publish(ingestion, { ...event, body: '{}' })).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    await expect(publish(ingestion, { ...event, body: 'x'.repeat(2_000_000) })).rejects.toMatchObject({
      code: 'E_MESSAGE_TOO_LARGE',
    });
    await platform.stop();
  });
});
