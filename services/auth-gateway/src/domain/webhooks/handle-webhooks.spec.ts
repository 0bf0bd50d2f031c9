import { describe, expect, it } from '@jest/globals';
import { newAccountId, newRequestId, PlatformError, type RevokeRequest, type RevokeResult } from '@trendpot/contracts';
import { makeHandleWebhooks, type Outcome } from './handle-webhooks.ts';
import { AUTHORIZATION_REMOVED, type WebhookRecord } from './webhook.ts';

const SECOND = new Date('2026-11-26T10:00:00.000Z');
const at = (milliseconds: number): Date => new Date(SECOND.getTime() + milliseconds);

const DONE: RevokeResult = {
  accountId: newAccountId(),
  state: 'revoked',
  revokedAt: SECOND.toISOString(),
  atTikTok: 'already-void',
  receipt: 'a receipt',
};

const removal = (reason: number): WebhookRecord => ({
  id: 'a'.repeat(64),
  event: AUTHORIZATION_REMOVED,
  accountId: newAccountId(),
  occurredAt: SECOND,
  reason,
  attempts: 0,
});

/** Beside a consent that was given so many milliseconds after the start of `SECOND`. */
const handlerOf = (waiting: WebhookRecord[], grantedAfterMs: number, revoke: () => Promise<RevokeResult>) => {
  const asked: RevokeRequest[] = [];
  const outcomes: Outcome[] = [];
  const handle = makeHandleWebhooks({
    inbox: {
      accept: async () => true,
      claim: async () => waiting.shift(),
      done: async () => undefined,
      postpone: async () => undefined,
    },
    accounts: { grantedAt: async () => at(grantedAfterMs) },
    vault: {
      revoke: (request) => {
        asked.push(request);
        return revoke();
      },
    },
    audit: { record: async () => undefined },
    clock: { now: () => at(60_000) },
    newRequestId,
    observe: ({ outcome }) => outcomes.push(outcome),
  });
  return { handle, asked, outcomes };
};

/** One removal that happened in `SECOND`, handled. */
const handled = async (
  reason: number,
  grantedAfterMs: number,
  revoke: () => Promise<RevokeResult> = async () => DONE,
) => {
  const { handle, asked, outcomes } = handlerOf([removal(reason)], grantedAfterMs, revoke);
  await handle();
  return { outcome: outcomes[0], until: asked[0]?.consentsUntil };
};

describe('a removal at TikTok, which is dated in whole seconds', () => {
  it.each<[string, number, number, Outcome]>([
    ['ends a consent of the same second', 1, 999, 'revoked'],
    ['leaves a consent of the next second alone', 1, 1_000, 'older-than-grant'],
    ['that we had asked for leaves one of the same second alone: it came after', 5, 1, 'older-than-grant'],
    ['that we had asked for ends a consent of before', 5, 0, 'revoked'],
  ])('%s', async (_what, reason, grantedAfterMs, outcome) => {
    expect((await handled(reason, grantedAfterMs)).outcome).toBe(outcome);
  });

  it('tells the vault up to when it ends consents, for one may be given at this very moment', async () => {
    expect((await handled(1, 0)).until).toBe(at(999).toISOString());
    expect((await handled(5, 0)).until).toBe(at(0).toISOString());
  });

  it('is tried again when the vault did not act on it', async () => {
    const refuse = () => Promise.reject(new PlatformError('E_UNAVAILABLE', 'a newer consent was given just now'));
    expect((await handled(1, 0, refuse)).outcome).toBe('postponed');
  });
});

describe('webhooks that are due', () => {
  it('are handled until none is left, or as many as were asked for', async () => {
    const waiting = [1, 2, 3, 4].map(removal);
    const { handle, outcomes } = handlerOf(waiting, 0, async () => DONE);
    expect([await handle(1), outcomes.length]).toEqual([1, 1]);
    expect([await handle(), outcomes.length]).toEqual([3, 4]);
    expect(await handle(1)).toBe(0);
  });
});
