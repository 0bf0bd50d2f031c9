import {
  ExchangeRequest,
  newAccountId,
  PlatformError,
  RevokeRequest,
  StatusRequest,
  SUBJECT,
  type ExchangeResult,
  type RevokeResult,
  type StatusResult,
} from '@trendpot/contracts';
import { respond, type Messaging, type Running } from '@trendpot/messaging';
import type { Database } from '@trendpot/persistence';

/**
 * STAND-IN for token-vault, for tests of the gateway alone: it answers on the vault's real subjects, from the vault's own
 * NATS account, and leaves the documents a vault leaves; it seals nothing and calls nobody. Flow tests use the real one.
 */
export interface StubVault {
  readonly exchanges: ExchangeRequest[];
  readonly revocations: RevokeRequest[];
  /** What the next exchange does before it answers. */
  beforeExchange: () => Promise<void>;
  /** What the next exchange does between its write and its answer. */
  afterExchange: () => Promise<void>;
  /** What the next revocation does before it answers. */
  beforeRevoke: () => Promise<void>;
  stop(): Promise<void>;
}

const GRANTED: Readonly<Record<string, readonly string[]>> = {
  'code-without-list': ['user.info.basic'],
};

export const startStubVault = (messaging: Messaging, { collections }: Database): StubVault => {
  const exchange = async (request: ExchangeRequest): Promise<ExchangeResult> => {
    stub.exchanges.push(request);
    await stub.beforeExchange();
    if (request.code === 'code-rejected') throw new PlatformError('E_CODE_REJECTED', 'the code was used before');
    const openId = `open-${request.code}`;
    const granted = GRANTED[request.code] ?? request.requestedScopes;
    const missing = request.requestedScopes.filter((scope) => !granted.includes(scope));
    const state = missing.length === 0 ? 'connected' : 'needs_consent';
    const before = await collections.accounts.findOne({ openId });
    const accountId = before?._id ?? newAccountId();
    const now = new Date();
    await collections.accounts.updateOne(
      { _id: accountId },
      {
        $set: {
          openId,
          userId: request.userId,
          state,
          scopes: { requested: request.requestedScopes, granted: [...granted] },
          consentCopyVersion: request.consentCopyVersion,
          sync: { pages: 0, videos: 0, complete: false },
          updatedAt: now,
        },
        $setOnInsert: { eventSequence: 0, createdAt: now },
      },
      { upsert: true },
    );
    await collections.consents.insertOne({
      _id: request.requestId,
      accountId,
      userId: request.userId,
      copyVersion: request.consentCopyVersion,
      requestedScopes: request.requestedScopes,
      grantedScopes: [...granted],
      at: now,
    });
    await stub.afterExchange();
    return { accountId, state, grantedScopes: [...granted], missingScopes: missing };
  };

  const revoke = async ({ accountId, actor, reason, ...request }: RevokeRequest): Promise<RevokeResult> => {
    stub.revocations.push({ accountId, actor, reason, ...request });
    await stub.beforeRevoke();
    const at = new Date();
    const receipt = 'a3f1'.repeat(16);
    const revocation = { at, actor, reason, atTikTok: 'revoked' as const, receipt };
    await collections.accounts.updateOne(
      { _id: accountId },
      { $set: { state: 'revoked', revocation }, $unset: { openId: 1, profile: 1 }, $inc: { eventSequence: 2 } },
    );
    await collections.videos.deleteMany({ accountId });
    return { accountId, state: 'revoked', revokedAt: at.toISOString(), atTikTok: 'revoked', receipt };
  };

  const status = async (request: StatusRequest): Promise<StatusResult> => ({
    kms: 'available',
    keyId: 'arn:aws:kms:us-east-1:000000000000:key/stand-in',
    ...(request.accountId === undefined
      ? {}
      : { account: { accountId: request.accountId, state: 'connected', hasCredential: true } }),
  });

  const queue = 'token-vault';
  const running: Running[] = [
    respond(messaging, { subject: SUBJECT.vaultExchange, queue, schema: ExchangeRequest, handler: exchange }),
    respond(messaging, { subject: SUBJECT.vaultRevoke, queue, schema: RevokeRequest, handler: revoke }),
    respond(messaging, { subject: SUBJECT.vaultStatus, queue, schema: StatusRequest, handler: status }),
  ];
  const stub: StubVault = {
    exchanges: [],
    revocations: [],
    beforeExchange: async () => undefined,
    afterExchange: async () => undefined,
    beforeRevoke: async () => undefined,
    stop: async () => void (await Promise.all(running.map((one) => one.stop()))),
  };
  return stub;
};
