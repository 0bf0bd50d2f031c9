import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { newAccountId, newRequestId, PlatformError, type CommandAudit } from '@trendpot/contracts';
import { bury, connectOwners, someSyncJob, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import type { Messaging } from '../messaging.ts';
import { listDeadLetters } from './list-dead-letters.ts';
import { dropDeadLetter } from './redrive-dead-letter.ts';
import { settleDeadLetters, type SettleDeadLetters } from './settle-dead-letters.ts';

jest.setTimeout(60_000);

describe('settling dead letters', () => {
  let platform: PlatformNats;
  let ingestion: Messaging;
  let operator: Messaging;
  beforeAll(async () => {
    platform = await startPlatformNats();
    ({ ingestion } = await connectOwners(platform));
    operator = await platform.connect('operator');
  });
  afterAll(() => platform.stop());

  const buried = async (count: number) => {
    const accounts = Array.from({ length: count }, newAccountId);
    const sequences: number[] = [];
    for (const accountId of accounts) sequences.push(await bury(ingestion, someSyncJob(accountId)));
    return { accounts, sequences };
  };
  const left = async (): Promise<number[]> => (await listDeadLetters(operator)).map(({ sequence }) => sequence);
  const settle = (
    record: CommandAudit['record'],
    command: Pick<SettleDeadLetters, 'settlement' | 'sequences'> & { readonly dryRun?: boolean },
  ) =>
    settleDeadLetters(
      operator,
      { record },
      { filter: {}, dryRun: false, requestId: newRequestId(), operator: 'somebody', ...command },
    );

  it('records each letter for itself, by its account, before and after', async () => {
    const { accounts, sequences } = await buried(2);
    const entries: unknown[] = [];
    const record: CommandAudit['record'] = async ({ accountId, operation }) =>
      void entries.push([accountId, operation, await left()]);
    const settled = await settle(record, { settlement: 'redrive', sequences: [...sequences, 9_999] });
    expect(settled).toMatchObject({
      letters: [{ fate: 'queued' }, { fate: 'queued' }],
      missing: [9_999],
      priceInCalls: 2,
    });
    expect(entries).toEqual([
      [accounts[0], 'dead-letters.redrive.asked', sequences],
      [accounts[0], 'dead-letters.redrive.ended', [sequences[1]]],
      [accounts[1], 'dead-letters.redrive.asked', [sequences[1]]],
      [accounts[1], 'dead-letters.redrive.ended', []],
    ]);
  });

  it('leaves alone what cannot be recorded', async () => {
    const { sequences } = await buried(3);
    let entries = 0;
    const record = async () => {
      entries += 1;
      if (entries === 3) throw new PlatformError('E_UNAVAILABLE', 'the audit cannot be reached');
    };
    await expect(settle(record, { settlement: 'drop', sequences })).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    expect(await left()).toEqual(sequences.slice(1));
    for (const sequence of await left()) await dropDeadLetter(operator, sequence);
  });

  it('goes on when somebody else was quicker with one of them', async () => {
    const { sequences } = await buried(2);
    const [first = 0] = sequences;
    const record: CommandAudit['record'] = async ({ operation }) => {
      if (operation.endsWith('.asked') && (await left()).includes(first)) await dropDeadLetter(operator, first);
    };
    const { letters } = await settle(record, { settlement: 'drop', sequences });
    expect(letters.map(({ fate }) => fate)).toEqual(['gone', 'dropped']);
    expect(await left()).toEqual([]);
  });

  it('says in a dry run what it would do, and neither does nor records it', async () => {
    const { sequences } = await buried(1);
    const record = () => Promise.reject(new Error('nothing is to be recorded'));
    const dry = await settle(record, { settlement: 'redrive', sequences, dryRun: true });
    expect(dry).toMatchObject({ letters: [{ fate: 'queued' }], priceInCalls: 1 });
    expect(await left()).toEqual(sequences);
  });
});
