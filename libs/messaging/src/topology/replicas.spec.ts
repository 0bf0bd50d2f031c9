import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { STREAM, STREAMS } from '@trendpot/contracts';
import { findFreePort, freshNatsUsers, startNatsServer, type NatsServer } from '@trendpot/local-platform';
import { secret } from '@trendpot/secrets';
import { CEILINGS } from '@trendpot/testing';
import { connectMessaging } from '../connect.ts';
import type { Messaging } from '../messaging.ts';
import { natsServerConfig } from '../server-config/nats-server-config.ts';
import { ensureTopology } from './ensure-topology.ts';

jest.setTimeout(120_000);

const OWN = STREAMS.filter(({ owner }) => owner === 'ingestion').map(({ name }) => name);

describe('copies of the streams in a cluster of three', () => {
  const servers: NatsServer[] = [];
  let ingestion: Messaging;
  beforeAll(async () => {
    const { publicKeys, writeTo } = freshNatsUsers();
    const ports = [await findFreePort(), await findFreePort(), await findFreePort()];
    const routes = ports.map((port) => `"nats://127.0.0.1:${port}"`).join(', ');
    const start = (port: number, place: number): Promise<NatsServer> => {
      const extra = `server_name: "n${place}"\ncluster { name: three, listen: "127.0.0.1:${port}", routes: [${routes}] }`;
      return startNatsServer({
        config: natsServerConfig({ publicKeys, host: '127.0.0.1', port: 4222, storeDir: 'replaced', extra }),
      });
    };
    servers.push(...(await Promise.all(ports.map(start))));
    const [first] = servers as [NatsServer];
    const users = await writeTo(join(first.folder, 'users'));
    ingestion = await connectMessaging({ url: first.url, user: 'ingestion', seed: secret(users.seedOf('ingestion')) });
  });
  afterAll(async () => {
    await (ingestion as Messaging | undefined)?.connection.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  const copiesOf = async (name: string): Promise<number> =>
    (await ingestion.manager.streams.info(name)).config.num_replicas;
  const copies = async (): Promise<number[]> => [...new Set(await Promise.all(OWN.map(copiesOf)))];
  const startWith = (settings: { replicas?: number; eventsMaxAgeMs?: number }) =>
    ensureTopology(ingestion, 'ingestion', { ceilings: CEILINGS, readyWithinMs: 60_000, ...settings });

  it('are one where nobody says otherwise', async () => {
    await startWith({});
    expect(await copies()).toEqual([1]);
  });

  it('stay as many as an operator made them, whether or not a start changes something else', async () => {
    await ingestion.manager.streams.update(STREAM.events, { num_replicas: 3 });
    await startWith({});
    expect(await copiesOf(STREAM.events)).toBe(3);
    await startWith({ eventsMaxAgeMs: 3_600_000 });
    const { config } = await ingestion.manager.streams.info(STREAM.events);
    expect(config).toMatchObject({ num_replicas: 3, max_age: 3_600_000 * 1e6 });
    expect(await copiesOf(STREAM.permitsMinute)).toBe(1);
  });

  it('are as many as the setting says, of every stream', async () => {
    await startWith({ replicas: 3 });
    expect(await copies()).toEqual([3]);
  });
});
