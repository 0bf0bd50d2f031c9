import { toPlatformError, type RequestId } from '@trendpot/contracts';
import type { Accounts, Audit, Clock, Vault } from '../ports.ts';
import { AUTHORIZATION_REMOVED, removalReason, type WebhookInbox, type WebhookRecord } from './webhook.ts';

/** Longer than the vault may take; after that another replica tries. */
const HELD_MS = 60_000;
const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 3_600_000;

export interface WebhookPorts {
  readonly inbox: WebhookInbox;
  readonly accounts: Pick<Accounts, 'grantedAt'>;
  readonly vault: Pick<Vault, 'revoke'>;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly newRequestId: () => RequestId;
  /** Told of every handling; `code` is set when it failed and will be tried again. */
  readonly observe: (handled: {
    webhook: WebhookRecord;
    outcome: Outcome;
    requestId: RequestId;
    code?: string;
  }) => void;
}

export type Outcome = 'revoked' | 'not-acted-upon' | 'no-account' | 'older-than-grant' | 'postponed';

/** Handles what is due, one after the other and at most so many, and resolves with how many there were. */
export type HandleWebhooks = (most?: number) => Promise<number>;

/** What TikTok calls a removal that we asked for ourselves. */
const REVOKED_BY_US = 5;
/** TikTok's times are whole seconds. */
const REST_OF_SECOND_MS = 999;

/**
 * The newest consent a removal can speak of. TikTok repeats a webhook for up to 72 hours, so one may arrive after the
 * creator has connected again. Within the same second the removal wins, because access kept against a creator's will is
 * worse than one consent too many; unless it was ours, for then the creator connected after it.
 */
const endsConsentsUntil = ({ occurredAt, reason }: WebhookRecord): Date =>
  reason === REVOKED_BY_US ? occurredAt : new Date(occurredAt.getTime() + REST_OF_SECOND_MS);

const act = async (ports: WebhookPorts, webhook: WebhookRecord, requestId: RequestId): Promise<Outcome> => {
  const { accountId, event, reason } = webhook;
  if (event !== AUTHORIZATION_REMOVED) return 'not-acted-upon';
  if (accountId === undefined) return 'no-account';
  const consentsUntil = endsConsentsUntil(webhook);
  const grantedAt = await ports.accounts.grantedAt(accountId);
  if (grantedAt !== undefined && grantedAt > consentsUntil) return 'older-than-grant';
  try {
    const actor = { kind: 'tiktok', id: AUTHORIZATION_REMOVED } as const;
    // The vault looks once more, in the transaction that acts: the creator may be connecting again right now.
    await ports.vault.revoke({
      version: 1,
      requestId,
      accountId,
      actor,
      reason: removalReason(reason),
      consentsUntil: consentsUntil.toISOString(),
    });
  } catch (thrown) {
    if (toPlatformError(thrown).verdict !== 'drop') throw thrown;
  }
  return 'revoked';
};

export const makeHandleWebhooks = (ports: WebhookPorts): HandleWebhooks => {
  const handle = async (webhook: WebhookRecord): Promise<void> => {
    const requestId = ports.newRequestId();
    try {
      const outcome = await act(ports, webhook, requestId);
      await ports.audit.record({
        action: 'webhook.received',
        requestId,
        accountId: webhook.accountId ?? 'platform',
        operation: webhook.event.slice(0, 64),
        actor: { kind: 'tiktok', id: webhook.id },
        outcome: 'done',
        cause: outcome,
      });
      await ports.inbox.done(webhook.id);
      ports.observe({ webhook, outcome, requestId });
    } catch (thrown) {
      const delay = Math.min(FIRST_DELAY_MS * 2 ** Math.min(webhook.attempts, 20), LONGEST_DELAY_MS);
      await ports.inbox.postpone(webhook.id, new Date(ports.clock.now().getTime() + delay));
      ports.observe({ webhook, outcome: 'postponed', requestId, code: toPlatformError(thrown).code });
    }
  };

  return async (most = Infinity) => {
    let handled = 0;
    for (; handled < most; handled += 1) {
      const now = ports.clock.now();
      const webhook = await ports.inbox.claim(now, new Date(now.getTime() + HELD_MS));
      if (webhook === undefined) break;
      await handle(webhook);
    }
    return handled;
  };
};
