export { subscribe, type SubscribeOptions, type EventSubscription } from './subscribe.ts';
export { type From } from './durable.ts';
export {
  type PlatformEvent,
  type EventType,
  type EventData,
  type VideosUpdate,
  type AccountsUpdate,
  type SyncProgress,
} from '@trendpot/contracts';
export { secret, type Secret } from '@trendpot/secrets';
