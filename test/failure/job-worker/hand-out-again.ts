import { setTimeout as delay } from 'node:timers/promises';
import type { Messaging } from '@trendpot/messaging';

const SECOND_NS = 1_000_000_000;

/** Takes what dead workers held out of their hands now, not after half a minute; for those to come all is as it was. */
export const handOutAgain = async ({ manager }: Messaging, stream: string, consumer: string): Promise<void> => {
  const { ack_wait } = (await manager.consumers.info(stream, consumer)).config;
  await manager.consumers.update(stream, consumer, { ack_wait: SECOND_NS });
  // The server looks through what is pending once in that time.
  await delay(2_500);
  await manager.consumers.update(stream, consumer, { ack_wait: ack_wait ?? 30 * SECOND_NS });
};
