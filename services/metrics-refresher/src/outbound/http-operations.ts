import { postJobFailed, type OperationsWebhook } from '@trendpot/observability';
import type { Operations } from '../domain/ports.ts';

export const httpOperations = (webhook: OperationsWebhook): Operations => ({
  jobFailed: (letter) => postJobFailed(webhook, letter),
});
