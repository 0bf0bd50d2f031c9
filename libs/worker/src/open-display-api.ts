import { createPermits, type Permits, type PermitsOptions } from '@trendpot/messaging';
import type { ServiceContext } from '@trendpot/nest-kit';
import type { Meters } from '@trendpot/observability';
import { createDisplayClient, mayStillRun } from '@trendpot/tiktok';
import type { WorkerConfig } from './worker-config.ts';

const CEILINGS = ['minute', 'background', 'day', 'inflight'] as const;

/** Shows how much of each ceiling is used, over all services. */
const observePermits = (meters: Meters, permits: Pick<Permits, 'usage'>): void => {
  for (const ceiling of CEILINGS) {
    meters.observe('tiktok_permits_used', async () => (await permits.usage())[ceiling].used, { ceiling });
    meters.observe('tiktok_permits_ceiling', async () => (await permits.usage())[ceiling].ceiling, { ceiling });
  }
};

/** TikTok's Display API and the permits for its calls: metered, a condition of being ready, closed after the work. */
export const openDisplayApi = async (context: ServiceContext, config: WorkerConfig) => {
  const { messaging, meters } = context;
  const client = createDisplayClient({ baseUrl: config.displayBaseUrl, dialect: config.dialect });
  const onRateLimited: NonNullable<PermitsOptions['onRateLimited']> = (endpoint, kind) =>
    meters.add('tiktok_display_rate_limit_exceeded_total', { endpoint, kind });
  const permits = await createPermits(messaging, config.ceilings, { onRateLimited, mayStillRun });
  observePermits(meters, permits);
  context.readiness.add('permits', async () => void (await permits.usage()));
  context.onShutdown('tiktok', async () => client.close());
  context.onShutdown('permits', () => permits.close());
  return { client, permits };
};
