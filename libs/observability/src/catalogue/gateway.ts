import type { MetricDefinition } from '../metric-definition.ts';

/** What people and TikTok do at the public surface. */
export const GATEWAY_METRICS = {
  tiktok_sign_ins_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Callbacks of TikTok that were answered, by how the attempt to connect ended.',
    labels: { outcome: ['connected', 'already-connected', 'denied', 'under-way', 'invalid-state', 'failed'] },
    services: ['auth-gateway'],
  },
  tiktok_webhooks_total: {
    kind: 'counter',
    unit: 'count',
    help: 'Webhooks of TikTok, by what became of them; postponed ones are counted again when they are tried again.',
    labels: {
      outcome: ['repeated', 'revoked', 'not-acted-upon', 'no-account', 'older-than-grant', 'postponed'],
    },
    services: ['auth-gateway'],
  },
  gateway_progress_streams: {
    kind: 'gauge',
    unit: 'count',
    help: 'Live progress streams that are open.',
    labels: {},
    services: ['auth-gateway'],
  },
} as const satisfies Record<string, MetricDefinition>;
