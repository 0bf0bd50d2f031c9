import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream';
import { PlatformError, type StreamDefinition } from '@trendpot/contracts';
import { DAY_MS, HOUR_MS, MINUTE_MS, nanos } from '../milliseconds.ts';
import { permitStreamConfig } from './permit-stream-config.ts';
import { ceilingsOf, type TopologySettings } from './settings.ts';

const ofKind = (definition: StreamDefinition, settings: TopologySettings): Partial<StreamConfig> => {
  switch (definition.kind) {
    case 'events':
      return { max_age: nanos(settings.eventsMaxAgeMs ?? 14 * DAY_MS), duplicate_window: nanos(10 * MINUTE_MS) };
    case 'work':
      return {
        retention: RetentionPolicy.Workqueue,
        allow_msg_schedules: true,
        duplicate_window: nanos(10 * MINUTE_MS),
      };
    case 'failed':
      return { duplicate_window: nanos(HOUR_MS) };
    case 'audit':
      return {
        max_age: nanos(settings.auditMaxAgeMs ?? 548 * DAY_MS),
        duplicate_window: nanos(HOUR_MS),
        deny_delete: true,
        deny_purge: true,
      };
    case 'cooldown':
      return { max_msgs: 1, max_age: nanos(DAY_MS), duplicate_window: nanos(MINUTE_MS) };
    case 'permits':
      if (settings.ceilings === undefined) {
        throw new PlatformError('E_INTERNAL', `the owner of ${definition.name} must know the ceilings`);
      }
      return permitStreamConfig(definition, ceilingsOf(settings.ceilings));
  }
};

/** What a stream shall be like. */
export const streamConfig = (
  definition: StreamDefinition,
  settings: TopologySettings,
): Partial<StreamConfig> & { name: string } => ({
  name: definition.name,
  subjects: [...definition.subjects],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.Old,
  // Unset it is nobody's to change: what an operator gave a stream stays.
  ...(settings.replicas === undefined ? {} : { num_replicas: settings.replicas }),
  allow_direct: true,
  ...ofKind(definition, settings),
});
