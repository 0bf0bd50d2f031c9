import type { Messaging, Permits } from '@trendpot/messaging';
import { databaseOf, type ServiceContext } from '@trendpot/nest-kit';
import type { Logger, Meters } from '@trendpot/observability';
import type { Appended, Database } from '@trendpot/persistence';
import type { DisplayClient } from '@trendpot/tiktok';
import { openDisplayApi } from './open-display-api.ts';
import type { WorkerConfig } from './worker-config.ts';

/** What a worker stands on. The same for the service and for the tests that stop it in the middle of things. */
export interface WorkerParts<Config extends WorkerConfig> {
  readonly database: Database;
  readonly messaging: Messaging;
  readonly permits: Permits;
  readonly client: DisplayClient;
  readonly meters: Meters;
  readonly log: Logger;
  readonly config: Config;
  /** Called after a transaction that appended to the outbox. */
  readonly onStored?: (accountId: string, appended?: Appended) => void;
  /** Put around every port, by its name: how a test stops a process wherever it waits for something. */
  readonly instrument?: <T extends object>(port: string, implementation: T) => T;
}

export const openWorkerParts = async <Config extends WorkerConfig>(
  context: ServiceContext,
  config: Config,
): Promise<WorkerParts<Config>> => {
  const { messaging, meters, logger: log, outbox } = context;
  const onStored: WorkerParts<Config>['onStored'] = (...stored) => outbox?.notify(...stored);
  return {
    database: databaseOf(context),
    messaging,
    ...(await openDisplayApi(context, config)),
    meters,
    log,
    config,
    onStored,
  };
};
