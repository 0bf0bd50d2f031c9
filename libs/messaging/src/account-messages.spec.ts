import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { STREAM, SUBJECT, failedSubject, newAccountId, newMessageId, type AccountId } from '@trendpot/contracts';
import { connectOwners, eventually, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import { erasePublished, hasPending, purgeAccount } from './account-messages.ts';
import type { Messaging } from './messaging.ts';
import { publish } from './publish.ts';
import { messagesOf } from './stored-messages.ts';

jest.setTimeout(60_000);

describe('what the streams hold of one account', () => {
  let platform: PlatformNats;
  let ingestion: Messaging;
  let refresher: Messaging;
  beforeAll(async () => {
    platform = await startPlatformNats();
    ({ ingestion, refresher } = await connectOwners(platform));
  });
  afterAll(() => platform.stop());

  const schedule = (accountId: AccountId, afterMs: number, body = 'x') =>
    publish(ingestion, {
      subject: `tiktok.schedules.refresh.${accountId}`,
      body,
      messageId: newMessageId(),
      schedule: { at: new Date(Date.now() + afterMs), target: `tiktok.jobs.refresh.${accountId}` },
    });
  const refreshMessages = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { subject, data } of messagesOf(refresher, STREAM.refresh)) {
      found.push(`${subject} ${new TextDecoder().decode(data)}`);
    }
    return found;
  };

  it('is one schedule at most: a new one takes the place of the old', async () => {
    const accountId = newAccountId();
    await schedule(accountId, 60_000, 'first');
    await schedule(accountId, 60_000, 'second');
    expect(await refreshMessages()).toEqual([`tiktok.schedules.refresh.${accountId} second`]);
    expect(await purgeAccount(refresher, STREAM.refresh, accountId)).toBe(1);
  });

  it('is either a schedule or, once its time has come, a job', async () => {
    const accountId = newAccountId();
    await schedule(accountId, 300);
    await eventually(async () => (await refreshMessages())[0] === `tiktok.jobs.refresh.${accountId} x`, {
      what: 'its firing',
    });
    expect(await refreshMessages()).toHaveLength(1);
    expect(await purgeAccount(refresher, STREAM.refresh, accountId)).toBe(1);
  });

  it('is purged without touching others, and a purged schedule never fires', async () => {
    const [gone, other] = [newAccountId(), newAccountId()];
    await schedule(gone, 400);
    await schedule(other, 60_000);
    await publish(refresher, { subject: `tiktok.jobs.refresh.${gone}`, body: 'job', messageId: newMessageId() });
    expect(await purgeAccount(refresher, STREAM.refresh, gone)).toBe(2);
    expect(await hasPending(refresher, STREAM.refresh, gone)).toBe(false);
    expect(await hasPending(ingestion, STREAM.refresh, other)).toBe(true);
    await schedule(newAccountId(), 700);
    await eventually(async () => (await refreshMessages()).some((one) => one.includes('.jobs.')), {
      what: 'the firing of a later schedule',
    });
    expect((await refreshMessages()).filter((one) => one.includes(gone))).toEqual([]);
  });

  it('is purged from every lane of the sync queue', async () => {
    const accountId = newAccountId();
    for (const subject of ['jobs.sync.first', 'jobs.sync.page', 'schedules.sync']) {
      const at = new Date(Date.now() + 60_000);
      await publish(ingestion, {
        subject: `tiktok.${subject}.${accountId}`,
        body: 'x',
        messageId: newMessageId(),
        ...(subject.startsWith('schedules') ? { schedule: { at, target: `tiktok.jobs.sync.page.${accountId}` } } : {}),
      });
    }
    expect(await purgeAccount(ingestion, STREAM.sync, accountId)).toBe(3);
  });

  it('is purged from the dead letters of every queue, and nobody else is', async () => {
    const [gone, other] = [newAccountId(), newAccountId()];
    for (const accountId of [gone, other]) {
      await publish(ingestion, { subject: failedSubject('sync', accountId), body: '{}', messageId: newMessageId() });
    }
    await publish(refresher, { subject: failedSubject('refresh', gone), body: '{}', messageId: newMessageId() });
    expect(await purgeAccount(ingestion, STREAM.failed, gone)).toBe(2);
    expect(await purgeAccount(ingestion, STREAM.failed, gone)).toBe(0);
    expect(await purgeAccount(ingestion, STREAM.failed, other)).toBe(1);
  });

  it('is erased from the events message by message; what is gone already is no fault', async () => {
    const sequences: number[] = [];
    for (const body of ['a', 'b', 'c']) {
      const { sequence } = await publish(ingestion, { subject: SUBJECT.videosUpdate, body, messageId: newMessageId() });
      sequences.push(sequence);
    }
    await erasePublished(ingestion, STREAM.events, [sequences[0] ?? 0, sequences[2] ?? 0]);
    await erasePublished(ingestion, STREAM.events, [...sequences.slice(0, 1), 999_999]);
    const left = await ingestion.manager.streams.info(STREAM.events);
    expect(left.state.messages).toBe(1);
  });
});
