import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CONSUMER, STREAM, SUBJECT, eventEnvelope, newAccountId, newMessageId } from '@trendpot/contracts';
import { connectOwners, eventually, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { consumeEvents, retryAfterMs } from './consume-events.ts';
import type { Messaging } from './messaging.ts';
import { publish } from './publish.ts';

jest.setTimeout(60_000);

describe('a service that follows events', () => {
  let platform: PlatformNats;
  let ingestion: Messaging;
  beforeAll(async () => {
    platform = await startPlatformNats();
    ({ ingestion } = await connectOwners(platform));
  });
  afterAll(() => platform.stop());

  it('gets each in order, repeats one that failed before the next, and skips what is none', async () => {
    const accountId = newAccountId();
    const event = (sequence: number): string =>
      JSON.stringify(
        eventEnvelope(SUBJECT.accountsUpdate, 'ingestion', newMessageId(), new Date(), {
          version: 1,
          accountId,
          sequence,
          change: 'state',
          state: 'healthy',
        }),
      );
    for (const body of [event(1), 'garbage', event(2), event(3)]) {
      await publish(ingestion, { subject: SUBJECT.accountsUpdate, body, messageId: newMessageId() });
    }
    const seen: number[] = [];
    const running = consumeEvents(ingestion, {
      stream: STREAM.events,
      consumer: CONSUMER.ingestionErasure,
      handler: async ({ data }) => {
        seen.push(data.sequence);
        if (data.sequence === 2 && seen.filter((sequence) => sequence === 2).length < 2) throw new Error('not yet');
      },
    });
    await eventually(() => seen.includes(3), { what: 'the handling of all' });
    await running.stop();
    expect(seen).toEqual([1, 2, 2, 3]);
  });

  it('waits longer from one repetition to the next, at most a minute', () => {
    expect([1, 2, 3, 8, 99].map(retryAfterMs)).toEqual([500, 1_000, 2_000, 60_000, 60_000]);
  });
});
