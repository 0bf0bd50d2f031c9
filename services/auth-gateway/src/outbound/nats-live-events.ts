import { parseEvent, SUBJECT, type PlatformEvent } from '@trendpot/contracts';
import type { LoggerLike, Messaging } from '@trendpot/messaging';
import type { LiveEvents } from '../domain/library/live-progress.ts';

type Listener = (event: PlatformEvent) => void;

/**
 * One plain subscription per subject for all watchers of this process. Nothing is replayed: a watcher starts from the
 * stored state and looks at it again from time to time, so an event that was missed is late, not lost.
 */
export const natsLiveEvents = ({ connection }: Messaging, logger: LoggerLike): LiveEvents & { stop(): void } => {
  const watchers = new Map<string, Set<Listener>>();

  /** What is thrown inside a subscription's callback would end the whole connection. */
  const tell = (listener: Listener, event: PlatformEvent): void => {
    try {
      listener(event);
    } catch (error) {
      logger.warn('gateway.watcher.failed', { accountId: event.data.accountId, error });
    }
  };
  const deliver = (payload: { json(): unknown }): void => {
    let event: PlatformEvent;
    try {
      event = parseEvent(payload.json());
    } catch (error) {
      logger.warn('gateway.event.unreadable', { error });
      return;
    }
    for (const listener of watchers.get(event.data.accountId) ?? []) tell(listener, event);
  };
  const subscriptions = [SUBJECT.videosUpdate, SUBJECT.accountsUpdate].map((subject) =>
    connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) deliver(message);
        else logger.warn('gateway.subscription.failed', { subject, error });
      },
    }),
  );

  return {
    watch: (accountId, listener) => {
      const listeners = watchers.get(accountId) ?? new Set();
      watchers.set(accountId, listeners.add(listener));
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0 && watchers.get(accountId) === listeners) watchers.delete(accountId);
      };
    },
    stop: () => subscriptions.forEach((subscription) => subscription.unsubscribe()),
  };
};
