import { PlatformError, type ExchangeRequest } from '@trendpot/contracts';
import type { Connection, VaultAccount } from '../accounts.ts';
import { factOf, type Purpose } from '../audit/audit-fact.ts';
import { firstSyncJob } from '../first-sync-job.ts';
import { KEEP_PENDING_MS } from '../pending-revocations.ts';
import type { Grant } from '../ports.ts';
import { dataKeyOf, sealPair } from '../sealing/credential.ts';
import type { VaultPorts } from '../vault-ports.ts';
import type { HeldRevocations } from './hold-revocations.ts';
import type { ReadyKeys } from './ready-keys.ts';
import { withdrawRevocations } from './withdraw-revocations.ts';

/** A creator who connects twice at once: whoever comes second looks again. */
const LOOKS = 4;

export type StoreGrantPorts = Pick<
  VaultPorts,
  'accounts' | 'pendingRevocations' | 'dataKeys' | 'audit' | 'keyRing' | 'clock' | 'log' | 'meter' | 'settings'
>;

export type NewGrant = Grant & Required<Pick<Grant, 'openId' | 'scopes'>>;

/** A grant in hand that nobody else has, and on whose behalf it came. */
export interface Redeemed {
  readonly request: ExchangeRequest;
  readonly purpose: Purpose;
  readonly grant: NewGrant;
  readonly keys: ReadyKeys;
  readonly held: HeldRevocations;
  readonly issuedAt: Date;
}

/** Stores what a code brought: as a new account, or in the place of what the creator's account had. */
export const makeStoreGrant = (ports: StoreGrantPorts) => {
  const { accounts, pendingRevocations, dataKeys, audit, keyRing, clock, meter, settings } = ports;

  const connectionOf = async (redeemed: Redeemed, known: VaultAccount | undefined): Promise<Connection> => {
    const { request, grant, keys, issuedAt } = redeemed;
    const accountId = known?.accountId ?? keys.newAccountId;
    // A key is ready unless another person, or another account of this one, had connected the creator before.
    const ready = keys.of(accountId);
    const held = ready ?? (await dataKeys.create(keyRing.currentKeyId, accountId));
    const generation = (known?.credential?.generation ?? 0) + 1;
    const missing = settings.missingScopes(grant.scopes);
    const credential = sealPair(held.key, held.dataKey, accountId, generation, grant, issuedAt);
    if (held !== ready) held.release();
    return {
      accountId,
      ...(known === undefined ? {} : { replaces: known.credential?.generation ?? 0 }),
      userId: request.userId,
      openId: grant.openId,
      credential,
      requestedScopes: request.requestedScopes,
      grantedScopes: grant.scopes,
      consentCopyVersion: request.consentCopyVersion,
      ...(missing.length === 0
        ? { firstJob: firstSyncJob(accountId, clock(), request.requestId) }
        : { needsConsent: 'E_SCOPE_MISSING' as const }),
      at: clock(),
    };
  };

  const store = async (redeemed: Redeemed): Promise<Connection> => {
    const { grant, purpose, held } = redeemed;
    for (let look = 1; look <= LOOKS; look += 1) {
      const connection = await connectionOf(redeemed, await accounts.findByOpenId(grant.openId));
      // Who disconnected them may have been another person. Whoever is at it now has sent all that it will, or sends nothing.
      await held.take(() => pendingRevocations.ofCreator(grant.openId));
      await withdrawRevocations(ports, grant.openId, purpose);
      const fact = factOf(clock, 'token.exchange', connection.accountId, purpose, 'done');
      const connected = await audit.recordWith(fact, (entry) => accounts.connect(connection, entry));
      if (connected === true) return connection;
    }
    throw new PlatformError('E_UNAVAILABLE', 'this creator is being connected several times at once');
  };

  /** Without KMS the creator's account cannot take the grant. It ends, and a new one, whose key is ready, begins. */
  const storeAnew = async (redeemed: Redeemed): Promise<Connection> => {
    const { request, grant, purpose } = redeemed;
    const known = await accounts.findByOpenId(grant.openId);
    if (known !== undefined && redeemed.keys.of(known.accountId) === undefined) {
      const { accountId } = known;
      const actor = { kind: 'creator' as const, id: request.userId };
      const change = { accountId, actor, reason: 'connected anew', requestId: request.requestId };
      const at = clock();
      const keepUntil = new Date(at.getTime() + KEEP_PENDING_MS);
      const more = { actor, reason: change.reason, cause: 'consented-again' };
      const fact = factOf(clock, 'account.disconnect', accountId, purpose, 'done', more);
      // TikTok must not be told: it would end the grant that has just been given.
      const ended = await audit.recordWith(fact, (entry) =>
        accounts.disconnect({ ...change, at, keepUntil, atTikTok: 'given-up' }, entry),
      );
      if (ended === true) meter.revoked('given-up');
      const { credential } = known;
      if (credential !== undefined) dataKeys.forget(accountId, dataKeyOf(credential));
    }
    return store(redeemed);
  };

  return { store, storeAnew };
};
