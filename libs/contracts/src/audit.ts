import { z } from 'zod';
import { AccountId, RequestId } from './identifiers.ts';
import { Actor } from './vault-messages.ts';

export const AuditAction = z.enum([
  'token.exchange',
  'token.decrypt',
  'token.refresh',
  'token.rewrap',
  'token.revoke',
  'account.disconnect',
  'webhook.received',
  'operator.command',
]);
export type AuditAction = z.infer<typeof AuditAction>;

/** One line of the audit. Hash-chained: `hash` covers every other field and the hash before it. */
export const AuditEntry = z.strictObject({
  version: z.literal(1),
  /** Position in its chain, from 1 without gaps. */
  sequence: z.number().int().min(1),
  chain: z.string().max(64),
  at: z.iso.datetime(),
  action: AuditAction,
  requestId: RequestId,
  accountId: z.union([AccountId, z.literal('platform')]),
  operation: z.string().max(64),
  /** The service that asked, as its transport identity proves it. */
  caller: z.string().max(128),
  actor: Actor.optional(),
  reason: z.string().max(500).optional(),
  outcome: z.enum(['done', 'refused', 'failed']),
  /** Why it was refused or failed: a code, never a value. */
  cause: z.string().max(128).optional(),
  previousHash: z.string().regex(/^[0-9a-f]{64}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
