import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { STREAM, SUBJECT, eventEnvelope, newAccountId, newMessageId } from '@trendpot/contracts';
import { ensureTopology, publish, type Messaging } from '@trendpot/messaging';
import { secret } from '@trendpot/secrets';
import { CEILINGS, eventually, loseDisk, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { createRecentIds } from './recent-ids.ts';
import { subscribe, type EventSubscription, type SubscribeOptions } from './subscribe.ts';

jest.setTimeout(60_000);

describe('a subscriber', () => {
  let nats: PlatformNats;
  let ingestion: Messaging;
  let seen: number[];
  beforeAll(async () => {
    nats = await startPlatformNats();
    ingestion = await nats.connect('ingestion');
    await ensureTopology(ingestion, 'ingestion', { ceilings: CEILINGS });
  });
  afterAll(() => nats.stop());
  beforeEach(() => {
    seen = [];
  });

  const accountId = newAccountId();
  let sequence = 0;
  const emit = async (messageId = newMessageId(), eventId = messageId): Promise<number> => {
    sequence += 1;
    const data = { version: 1, accountId, sequence, change: 'state', state: 'healthy' } as const;
    const body = JSON.stringify(eventEnvelope(SUBJECT.accountsUpdate, 'ingestion', eventId, new Date(), data));
    await publish(ingestion, { subject: SUBJECT.accountsUpdate, body, messageId });
    return sequence;
  };
  const listen = (options: Partial<SubscribeOptions> & Pick<SubscribeOptions, 'durable'>): Promise<EventSubscription> =>
    subscribe({
      url: nats.url,
      credentials: secret(nats.users.seedOf('subscriber')),
      from: 'beginning',
      handler: ({ data }) => {
        seen.push(data.sequence);
      },
      ...options,
    });
  const until = (ask: () => boolean): Promise<boolean> =>
    eventually(ask, { everyMs: 20, what: 'the events' }).catch((cause: unknown) => {
      throw new Error(`only ${JSON.stringify(seen)} came`, { cause });
    });

  it('goes on where it left off, in order', async () => {
    const first = [await emit(), await emit()];
    let subscription = await listen({ durable: 'library' });
    await until(() => seen.length === 2);
    await subscription.stop();
    const later = [await emit(), await emit()];
    subscription = await listen({ durable: 'library' });
    await until(() => seen.length === 4);
    expect(seen).toEqual([...first, ...later]);
    await subscription.stop();
  });

  it('starts now, at the beginning, or at a moment', async () => {
    const beforehand = await emit();
    await delay(30);
    const moment = new Date();
    const after = await emit();
    const fromNow = await listen({ durable: 'now', from: 'now' });
    const latest = await emit();
    await until(() => seen.length === 1);
    expect(seen).toEqual([latest]);
    await fromNow.stop();
    seen = [];
    const fromMoment = await listen({ durable: 'moment', from: moment });
    await until(() => seen.length === 2);
    expect(seen).toEqual([after, latest]);
    await fromMoment.stop();
    seen = [];
    const everything = await listen({ durable: 'everything' });
    await until(() => seen.includes(latest));
    expect(seen).toEqual(Array.from({ length: latest }, (_, index) => index + 1));
    expect(seen).toContain(beforehand);
    await everything.remove();
    seen = [];
    await (await listen({ durable: 'everything', from: 'now' })).stop();
    expect(seen).toEqual([]);
  });

  it('gets the same event again when it failed, before any other', async () => {
    const [one, two] = [await emit(), await emit()];
    let failures = 0;
    const subscription = await listen({
      durable: 'failing',
      from: 'beginning',
      handler: ({ data }) => {
        if (data.sequence < one) return;
        seen.push(data.sequence);
        if ((failures += 1) === 1) throw new Error('not now');
      },
    });
    await until(() => seen.includes(two));
    expect(seen).toEqual([one, one, two]);
    await subscription.stop();
  });

  it('is told of an event once although it was published again', async () => {
    const eventId = newMessageId();
    const subscription = await listen({ durable: 'once', from: 'now' });
    await emit(newMessageId(), eventId);
    await emit(newMessageId(), eventId);
    const last = await emit();
    await until(() => seen.includes(last));
    expect(seen).toHaveLength(2);
    await subscription.stop();
  });

  it('hears only the kinds it asked for', async () => {
    const subscription = await listen({ durable: 'videos', from: 'beginning', types: [SUBJECT.videosUpdate] });
    await publish(ingestion, {
      subject: SUBJECT.videosUpdate,
      body: JSON.stringify(
        eventEnvelope(SUBJECT.videosUpdate, 'ingestion', newMessageId(), new Date(), {
          version: 1,
          accountId,
          sequence: 777,
          change: 'removed',
          videoIds: [],
        }),
      ),
      messageId: newMessageId(),
    });
    await until(() => seen.length > 0);
    expect(seen).toEqual([777]);
    await subscription.stop();
  });

  it('hears what it asks for now, although it asked for something else under the same name before', async () => {
    await (await listen({ durable: 'changed', from: 'now', types: [SUBJECT.videosUpdate] })).stop();
    let subscription = await listen({ durable: 'changed' });
    const heard = await emit();
    await until(() => seen.includes(heard));
    await subscription.stop();
    subscription = await listen({ durable: 'changed', types: [SUBJECT.videosUpdate] });
    await emit();
    const data = { version: 1 as const, accountId, sequence: 778, change: 'removed' as const, videoIds: [] };
    const event = eventEnvelope(SUBJECT.videosUpdate, 'ingestion', newMessageId(), new Date(), data);
    await publish(ingestion, { subject: SUBJECT.videosUpdate, body: JSON.stringify(event), messageId: newMessageId() });
    await until(() => seen.includes(778));
    expect(seen).toEqual([heard, 778]);
    await subscription.stop();
  });

  it('goes on where it was when NATS has forgotten it, and hears nothing again that it was told', async () => {
    const subscription = await listen({ durable: 'forgotten', from: 'now', lookEveryMs: 50 });
    const first = await emit();
    await until(() => seen.includes(first));
    const subscriber = await nats.connect('subscriber');
    await eventually(
      async () => (await subscriber.manager.consumers.info(STREAM.events, 'forgotten')).num_ack_pending === 0,
    );
    await subscriber.manager.consumers.delete(STREAM.events, 'forgotten');
    const missed = await emit();
    await until(() => seen.includes(missed));
    expect(seen).toEqual([first, missed]);
    await subscription.remove();
  });

  it('hears everything that is published after NATS has lost its disk, wherever it had begun', async () => {
    const subscription = await listen({ durable: 'diskless', from: 'now' });
    const first = await emit();
    await until(() => seen.includes(first));
    await loseDisk(nats.server);
    const later = await eventually(() => emit(), { what: 'an event being taken again' });
    await until(() => seen.includes(later));
    const last = await emit();
    await until(() => seen.includes(last));
    expect(seen.filter((one) => one !== first && one < later)).toEqual([]);
    await subscription.stop();
  });

  it.each(['ingestion-erasure', 'a name', 'a.b', '*', ''])('may not be called %j', async (durable) => {
    await expect(listen({ durable })).rejects.toMatchObject({ code: 'E_FORBIDDEN' });
  });
});

describe('the memory of recent events', () => {
  it('forgets the oldest first', () => {
    const ids = createRecentIds(2);
    for (const id of ['a', 'b', 'c']) ids.add(id);
    expect(['a', 'b', 'c'].map((id) => ids.has(id))).toEqual([false, true, true]);
  });
});
