import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CONSUMERS, STREAM, STREAMS, SUBJECT } from '@trendpot/contracts';
import { CEILINGS, eventually, gate, loseDisk, startPlatformNats, type PlatformNats } from '@trendpot/testing';
import type { Messaging } from '../messaging.ts';
import { publish } from '../publish.ts';
import { ensureTopology } from './ensure-topology.ts';

jest.setTimeout(60_000);

describe('the streams and consumers of the platform', () => {
  let platform: PlatformNats;
  let ingestion: Messaging;
  let refresher: Messaging;
  let gateway: Messaging;
  beforeEach(async () => {
    platform = await startPlatformNats();
    [ingestion, refresher, gateway] = await Promise.all([
      platform.connect('ingestion'),
      platform.connect('metrics-refresher'),
      platform.connect('auth-gateway'),
    ]);
  });
  afterEach(() => platform.stop());

  it('come about in whatever order the services start, several replicas at once', async () => {
    const replica = await platform.connect('ingestion');
    await Promise.all([
      ensureTopology(refresher, 'metrics-refresher', {}),
      ensureTopology(gateway, 'auth-gateway', {}),
      ensureTopology(ingestion, 'ingestion', { ceilings: CEILINGS }),
      ensureTopology(replica, 'ingestion', { ceilings: CEILINGS }),
    ]);
    const operator = await platform.connect('operator');
    for (const { name, subjects } of STREAMS) {
      expect((await operator.manager.streams.info(name)).config).toMatchObject({ subjects, storage: 'file' });
    }
    for (const { owner, stream, name, filter } of CONSUMERS) {
      const owners = owner === 'ingestion' ? ingestion : refresher;
      const { config } = await owners.manager.consumers.info(stream, name);
      expect(config).toMatchObject({ filter_subject: filter, ack_policy: 'explicit', max_ack_pending: 1 });
    }
  });

  it('are waited for by the service that needs those of another, until a deadline', async () => {
    const waiting = ensureTopology(refresher, 'metrics-refresher', { readyWithinMs: 600 });
    await expect(waiting).rejects.toMatchObject({ code: 'E_UNAVAILABLE' });
    await ensureTopology(gateway, 'auth-gateway', {});
  });

  it('keep what they hold when they are changed, and are left alone when nothing changes', async () => {
    const settings = { ceilings: CEILINGS, eventsMaxAgeMs: 3_600_000 };
    await ensureTopology(ingestion, 'ingestion', settings);
    await publish(ingestion, { subject: SUBJECT.videosUpdate, body: '{}', messageId: 'kept' });
    await ensureTopology(ingestion, 'ingestion', { ...settings, eventsMaxAgeMs: 7_200_000 });
    await ensureTopology(ingestion, 'ingestion', { ...settings, eventsMaxAgeMs: 7_200_000 });
    const { config, state } = await ingestion.manager.streams.info(STREAM.events);
    expect(state.messages).toBe(1);
    expect(config.max_age).toBe(7_200_000 * 1e6);
  });

  it('are made again by their owner when NATS comes back without its disk', async () => {
    await ensureTopology(ingestion, 'ingestion', {
      ceilings: CEILINGS,
      consumers: { 'sync-page': { maxAckPending: 3 } },
    });
    await loseDisk(platform.server);
    await eventually(
      async () => {
        const info = await ingestion.manager.consumers.info(STREAM.sync, 'sync-page').catch(() => undefined);
        return info?.config.max_ack_pending === 3;
      },
      { what: 'the consumer being back', withinMs: 30_000 },
    );
    expect((await ingestion.manager.streams.info(STREAM.permitsMinute)).config.max_msgs).toBe(100);
  });

  it('are made again by a service that had to wait longer for those of another than it ever does at its start', async () => {
    await ensureTopology(ingestion, 'ingestion', { ceilings: CEILINGS });
    const told = gate<string>();
    const logger = { ...refresher.logger, error: (event: string) => told.open(event) };
    const listening: Messaging = { ...refresher, logger };
    const topology = await ensureTopology(listening, 'metrics-refresher', { readyWithinMs: 500 });
    expect(topology.isInPlace()).toBe(true);
    await ingestion.close();
    await loseDisk(platform.server);
    expect(await told.passed).toBe('nats.not_restored');
    expect(topology.isInPlace()).toBe(false);
    await ensureTopology(await platform.connect('ingestion'), 'ingestion', { ceilings: CEILINGS });
    await eventually(() => topology.isInPlace(), { what: 'word that all is there' });
    for (const { name, stream } of CONSUMERS.filter(({ owner }) => owner === 'metrics-refresher')) {
      expect((await refresher.manager.consumers.info(stream, name)).name).toBe(name);
    }
  });

  it('let the audit keep the age it was created with, and tell when another is set', async () => {
    const warnings: string[] = [];
    const logger = { ...gateway.logger, warn: (event: string) => void warnings.push(event) };
    const listening: Messaging = { ...gateway, logger };
    await ensureTopology(listening, 'auth-gateway', { auditMaxAgeMs: 7_200_000 });
    await ensureTopology(listening, 'auth-gateway', { auditMaxAgeMs: 7_200_000 });
    expect(warnings).toEqual([]);
    await ensureTopology(listening, 'auth-gateway', { auditMaxAgeMs: 3_600_000 });
    expect(warnings).toEqual(['nats.stream.differs']);
    expect((await gateway.manager.streams.info(STREAM.audit)).config.max_age).toBe(7_200_000 * 1e6);
  });

  it('let nobody delete or purge the audit, not even its owner', async () => {
    await ensureTopology(gateway, 'auth-gateway', {});
    await publish(gateway, { subject: 'tiktok.audit.auth-gateway.platform', body: '{}', messageId: 'a' });
    const { config } = await gateway.manager.streams.info(STREAM.audit);
    expect(config).toMatchObject({ deny_delete: true, deny_purge: true });
  });
});
