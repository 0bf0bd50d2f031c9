import { expect, it, jest } from '@jest/globals';
import { STREAM } from '@trendpot/contracts';
import { startNatsServer } from '@trendpot/local-platform';
import { CEILINGS, eventually } from '@trendpot/testing';
import { connectMessaging } from '../connect.ts';
import { ensureTopology } from './ensure-topology.ts';

jest.setTimeout(60_000);

it('makes streams and consumers again that were lost although the connection was not', async () => {
  await using server = await startNatsServer({});
  const owner = await connectMessaging({ url: server.url, user: 'ingestion' });
  const topology = await ensureTopology(owner, 'ingestion', { ceilings: CEILINGS, lookEveryMs: 50 });
  await owner.manager.streams.delete(STREAM.sync);
  await owner.manager.consumers.delete(STREAM.events, 'ingestion-erasure');
  await eventually(() => owner.manager.consumers.info(STREAM.events, 'ingestion-erasure'), { what: 'a consumer' });
  await eventually(() => owner.manager.consumers.info(STREAM.sync, 'sync-page'), { what: 'a stream' });
  expect(topology.isInPlace()).toBe(true);
  await owner.close();
});
