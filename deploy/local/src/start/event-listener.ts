import type { PlatformEvent } from '@trendpot/contracts';
import { subscribe, type EventSubscription } from '@trendpot/events';
import { secret } from '@trendpot/secrets';
import type { Platform } from '../platform/platform.ts';

export interface EventListener {
  /** Of `tiktok.videos.update`. */
  readonly count: number;
  stop(): Promise<void>;
}

/** Subscribes as any internal service would, under a name of this run's own. */
export const listenToEvents = async (
  platform: Platform,
  onEvent: (event: PlatformEvent) => void,
): Promise<EventListener> => {
  const seed = platform.natsSeedOf('subscriber');
  let count = 0;
  const subscription: EventSubscription = await subscribe({
    url: platform.backing.natsUrl,
    ...(seed === undefined ? {} : { credentials: secret(seed) }),
    durable: `start-${process.pid}`,
    from: 'now',
    handler: (event) => {
      if (event.type === 'tiktok.videos.update') count += 1;
      onEvent(event);
    },
  });
  return {
    get count() {
      return count;
    },
    stop: () => subscription.remove(),
  };
};

/** One line of an event, for a person. */
export const describeEvent = ({ type, data }: PlatformEvent): string => {
  const account = data.accountId.slice(0, 12);
  switch (data.change) {
    case 'synced':
      return `${type} ${account} synced: ${data.videos.length} videos, ${data.progress.videos} so far`;
    case 'metrics':
      return `${type} ${account} metrics: fresh counts of ${data.videos.length} videos`;
    case 'removed':
      return `${type} ${account} removed: ${data.videoIds.length} videos`;
    case 'pruned':
      return `${type} ${account} pruned: everything of this creator is forgotten`;
    case 'connected':
    case 'state':
    case 'failed':
    case 'consent_expiring':
    case 'revoked':
      return `${type} ${account} ${data.change}: ${data.state}`;
  }
};
