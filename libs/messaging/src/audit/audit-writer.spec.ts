import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AuditEntry, auditHash, newRequestId, STREAM } from '@trendpot/contracts';
import { eventually, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import type { Messaging } from '../messaging.ts';
import { ensureTopology } from '../topology/ensure-topology.ts';
import { messagesOf } from '../stored-messages.ts';
import { openAuditWriter, type AuditCopy } from './audit-writer.ts';

jest.setTimeout(60_000);

const fact = (operation: string) => ({
  action: 'operator.command' as const,
  requestId: newRequestId(),
  accountId: 'platform' as const,
  operation,
  outcome: 'done' as const,
});

describe('the audit of a process that records little', () => {
  let platform: PlatformNats;
  let gateway: Messaging;
  let operator: Messaging;
  beforeAll(async () => {
    platform = await startPlatformNats();
    [gateway, operator] = await Promise.all([platform.connect('auth-gateway'), platform.connect('operator')]);
    await ensureTopology(gateway, 'auth-gateway', {});
  });
  afterAll(() => platform.stop());

  const inStream = async (operation: string): Promise<AuditEntry[]> => {
    const entries: AuditEntry[] = [];
    for await (const { data } of messagesOf(operator, STREAM.audit)) {
      entries.push(AuditEntry.parse(JSON.parse(new TextDecoder().decode(data))));
    }
    return entries.filter((entry) => entry.operation === operation);
  };

  it('is one chain, in the order in which things were told, however many at once', async () => {
    const audit = openAuditWriter(operator, 'operator');
    await Promise.all(Array.from({ length: 20 }, () => audit.record(fact('crowd'))));
    const entries = await inStream('crowd');
    expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(new Set(entries.map(({ chain }) => chain)).size).toBe(1);
    entries.forEach((entry, index) => {
      expect(entry.hash).toBe(auditHash(entry));
      if (index > 0) expect(entry.previousHash).toBe(entries[index - 1]?.hash);
    });
  });

  it('is in its second place before it is in the stream, and says there what the stream has', async () => {
    const told: string[] = [];
    const copy: AuditCopy = {
      store: async (entry) => void told.push(`stored, ${(await inStream('copied')).length} before ${entry.sequence}`),
      published: async (entry) => void told.push(`published ${entry.sequence}`),
    };
    const audit = openAuditWriter(gateway, 'auth-gateway', { copy });
    await audit.record(fact('copied'));
    expect(told).toEqual(['stored, 0 before 1', 'published 1']);
    expect(await inStream('copied')).toHaveLength(1);
  });

  it('is not in the stream when the second place could not take it; the next begins a chain', async () => {
    let fails = true;
    const copy: AuditCopy = {
      store: () => (fails ? Promise.reject(new Error('read-only')) : Promise.resolve()),
      published: () => Promise.reject(new Error('a note that got lost')),
    };
    const audit = openAuditWriter(operator, 'operator', { copy });
    await expect(audit.record(fact('refused'))).rejects.toThrow('read-only');
    expect(await inStream('refused')).toEqual([]);
    fails = false;
    await audit.record(fact('taken'));
    await audit.record(fact('taken'));
    expect((await inStream('taken')).map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('refuses when the stream cannot be reached, and goes on afterwards', async () => {
    const audit = openAuditWriter(operator, 'operator');
    await audit.record(fact('outage'));
    await platform.server.kill();
    const refused = audit.record(fact('outage'));
    await expect(refused).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    await platform.server.restart();
    const taken = () =>
      audit.record(fact('after the outage')).then(
        () => true,
        () => false,
      );
    await eventually(taken, { what: 'the stream being there again', withinMs: 30_000 });
    expect((await inStream('after the outage')).map(({ sequence }) => sequence)).toEqual([1]);
  });
});
