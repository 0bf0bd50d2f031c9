import { AccountId, StatusResult } from '@trendpot/contracts';
import { z } from 'zod';
import { auditReason } from '../../domain/disconnect/reason.ts';

export const Price = z
  .object({
    calls: z.number().int().meta({ description: 'Calls of the day that it takes.' }),
    basis: z.string().meta({ description: 'How that was reckoned, and whether it is at least or at most so many.' }),
  })
  .meta({ id: 'Price' });

/** Half a character, as where an emoji was cut, is stored as another than was hashed: the audit would seem tampered with. */
const Reason = z
  .string()
  .max(500)
  .transform((reason) => auditReason(reason));

export const ResyncRequest = z.object({ dryRun: z.boolean().default(false), reason: Reason.optional() });
export const ResyncResult = z.object({
  accountId: AccountId,
  dryRun: z.boolean(),
  price: Price,
  jobId: z.string().optional(),
});
export const VaultStatus = StatusResult.meta({ id: 'VaultStatus' });

const DeadLetterFilter = z.object({
  accountId: z.union([AccountId, z.literal('unknown')]).optional(),
  queue: z.enum(['sync', 'refresh']).optional(),
  code: z.string().max(64).optional(),
});

export const DeadLetterQuery = DeadLetterFilter.extend({
  olderThanSeconds: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});
export const DeadLetterSequence = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
export const SettleRequest = DeadLetterFilter.extend({
  sequences: z.array(z.number().int().min(1)).min(1).max(1000).optional().meta({ description: 'Exactly these.' }),
  olderThanSeconds: z.number().int().min(0).optional(),
  all: z.literal(true).optional().meta({ description: 'Needed where nothing else says which.' }),
  limit: z.number().int().min(1).max(1000).default(100),
  dryRun: z.boolean().default(false),
  reason: Reason.optional(),
}).refine(
  ({ sequences, accountId, queue, code, olderThanSeconds, all }) =>
    [sequences, accountId, queue, code, olderThanSeconds, all].some((one) => one !== undefined),
  'says which dead letters are meant, or that all are',
);

export const DeadLetterView = z
  .object({
    sequence: z.number().int(),
    storedAt: z.iso.datetime(),
    queue: z.enum(['sync', 'refresh']),
    accountId: z.string(),
    code: z.string(),
    message: z.string(),
    attempts: z.number().int(),
    requestId: z.string().optional(),
    priceInCalls: z.number().int().meta({
      description: 'Calls that trying again takes at most, if none fails; 0 when it cannot be tried again.',
    }),
  })
  .meta({ id: 'DeadLetter' });
export const DeadLetterList = z.object({ letters: z.array(DeadLetterView) });
export const SettledResult = z.object({ dryRun: z.boolean(), letters: z.array(DeadLetterView), price: Price });

const Use = z.object({ used: z.number().int(), ceiling: z.number().int() });
export const BudgetUse = z.object({ minute: Use, background: Use, day: Use, inflight: Use });
