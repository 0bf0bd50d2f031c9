/** One replica of a relay as a process of its own, which sends itself a signal at a named await. */
import { readFileSync } from 'node:fs';
import { connectMessaging } from '@trendpot/messaging';
import { connectMongo } from '@trendpot/persistence';
import { secret } from '@trendpot/secrets';
import { relayOn, withPoints } from '../../libs/persistence/test/relay-scene.ts';
import { publishTo } from './outbox-stage.ts';

const { NATS_URL, SEED_FILE, MONGODB_URI, SIGNAL, AT, AFTER, CLAIM_MS } = process.env as Record<string, string>;

const messaging = await connectMessaging({
  url: NATS_URL ?? '',
  user: 'ingestion',
  seed: secret(readFileSync(SEED_FILE ?? '', 'utf8').trim()),
});
const database = await connectMongo({ uri: MONGODB_URI ?? '', applicationName: 'relay' });
let left = Number(AFTER ?? 0);
const doomed = withPoints(database, publishTo(messaging), async (name) => {
  if (name !== AT) return;
  if (left === 0) {
    console.log(`at ${name}`);
    process.kill(process.pid, SIGNAL);
  }
  left -= 1;
});
const relay = relayOn(doomed.database, doomed.publish, { batch: 4, claimMs: Number(CLAIM_MS) });
process.once('SIGTERM', () => void relay.stop().then(() => process.exit(0)));
