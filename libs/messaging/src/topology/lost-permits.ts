import { STREAM, STREAMS, SUBJECT, type ServiceName } from '@trendpot/contracts';
import type { Messaging } from '../messaging.ts';
import { coolDownMarker } from '../permits/cool-down-length.ts';
import { ensureStream, findStream } from './ensure-stream.ts';
import { ceilingsOf, type TopologySettings } from './settings.ts';
import { streamConfig } from './stream-config.ts';

/**
 * Permit streams that were there and are gone took their count with them. Before there are new and empty ones, all
 * callers are told to wait for as long as what was forgotten still counts at TikTok: a window, or the lease of a call in
 * flight. The day cannot be waited for; that its count is lost is said, for an operator to judge.
 */
export const coolDownForLostPermits = async (
  messaging: Messaging,
  service: ServiceName,
  settings: TopologySettings,
): Promise<void> => {
  const owned = STREAMS.filter(({ owner }) => owner === service);
  const coolDown = owned.find(({ kind }) => kind === 'cooldown');
  if (coolDown === undefined || settings.ceilings === undefined) return;

  const lost: string[] = [];
  for (const { name } of owned.filter(({ kind }) => kind === 'permits')) {
    if ((await findStream(messaging, name)) === undefined) lost.push(name);
  }
  if (lost.length === 0) return;

  const { windowMs, marginMs, leaseMs } = ceilingsOf(settings.ceilings);
  const forMs = Math.max(windowMs + marginMs, leaseMs);
  await ensureStream(messaging, streamConfig(coolDown, settings), { mayChange: false });
  await messaging.jetstream.publish(SUBJECT.permitCooldown, JSON.stringify(coolDownMarker(forMs, 1)));
  messaging.logger.error('nats.permits.lost', {
    streams: lost,
    coolDownMs: forMs,
    isDayCountLost: lost.includes(STREAM.permitsDay),
  });
};
