import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { missingScopes, type AuditEntry, type Dialect } from '@trendpot/contracts';
import type { Database } from '@trendpot/persistence';
import { makeAnnounceExpiring } from './domain/announce-expiring.ts';
import { makeAuditTrail } from './domain/audit/audit-trail.ts';
import { makeCutAudit } from './domain/audit/cut-audit.ts';
import { makeVerifyAudit } from './domain/audit/verify-audit.ts';
import { makeDisconnectAccount } from './domain/disconnect/disconnect-account.ts';
import { makeTellTikTok } from './domain/disconnect/tell-tiktok.ts';
import { makeExchangeCode } from './domain/exchange/exchange-code.ts';
import { makeDataKeys, type DataKeySettings } from './domain/keys/data-keys.ts';
import type { KeyRing } from './domain/keys/key-ring.ts';
import { makeKmsHealth } from './domain/keys/kms-health.ts';
import { makeRequireKms } from './domain/keys/require-kms.ts';
import { makeLeaseToken } from './domain/lease/lease-token.ts';
import type { Clock, KeyService, OAuth, SealTo, VaultLog, VaultMeter } from './domain/ports.ts';
import { makeRenewToken } from './domain/refresh/renew-token.ts';
import { makeReportStatus } from './domain/report-status.ts';
import { makeRewrap } from './domain/rewrap/rewrap.ts';
import type { VaultPorts } from './domain/vault-ports.ts';
import { mongoAccounts } from './outbound/mongo-accounts.ts';
import { mongoAuditArchive } from './outbound/mongo-audit-archive.ts';
import { makeAppendInTransaction, mongoAuditStore } from './outbound/mongo-audit-store.ts';
import { mongoDataKeys } from './outbound/mongo-data-keys.ts';
import { mongoExpiringConsents } from './outbound/mongo-expiring-consents.ts';
import { mongoPendingRevocations } from './outbound/mongo-pending-revocations.ts';
import { mongoSealedPlaces } from './outbound/mongo-sealed-places.ts';
import type { VaultTimes } from './vault-times.ts';

/** What one vault process stands on. The same for the service, its commands and the tests. */
export interface VaultParts {
  readonly database: Database;
  readonly keyService: KeyService;
  readonly keyRing: KeyRing;
  readonly oauth: OAuth;
  readonly sealTo: SealTo;
  readonly log: VaultLog;
  readonly meter: VaultMeter;
  readonly dialect: Dialect;
  readonly dataKeys: DataKeySettings;
  readonly times: VaultTimes;
  readonly clock?: Clock;
  /** A monotonic clock, for how long keys are cached and KMS is left alone. */
  readonly now?: () => number;
  /** How to wait for a while. */
  readonly pause?: (milliseconds: number) => Promise<void>;
  /** Put around every port, by its name: how a test stops a process at any point where it waits for something. */
  readonly instrument?: <T extends object>(port: string, implementation: T) => T;
  /** Told of the entries of openings once they are stored. */
  readonly onAudited?: (entries: readonly AuditEntry[]) => void;
  /** Called after a change was recorded, which may have appended to the outbox. */
  readonly onChanged?: () => void;
}

const asItIs = <T extends object>(_port: string, implementation: T): T => implementation;
const newHolder = (): string => randomBytes(8).toString('hex');

/** The audit of one process, and how to append to it in a transaction. */
const openAudit = (parts: VaultParts, holder: string) => {
  const { database, keyRing, instrument = asItIs, onAudited = () => undefined, onChanged = () => undefined } = parts;
  const keyId = keyRing.currentKeyId;
  let chains = 0;
  const newChain = (kind: string): string => `token-vault.${holder}.${kind}.${(chains += 1)}`;
  const store = instrument('auditStore', mongoAuditStore(database.collections, keyId, onAudited));
  const trail = makeAuditTrail(store, newChain);
  return {
    append: makeAppendInTransaction(database.collections, keyId),
    trail: {
      record: trail.record,
      recordWith: ((fact, write) => trail.recordWith(fact, write).finally(onChanged)) as typeof trail.recordWith,
    },
  };
};

/** Wires domain and adapters. One per process: it owns the process's audit chains and its cache of data keys. */
export const makeVault = (parts: VaultParts) => {
  const { database, keyRing, log, meter, times, instrument = asItIs } = parts;
  const holder = newHolder();
  const clock = parts.clock ?? (() => new Date());
  const now = parts.now ?? (() => performance.now());
  const audit = openAudit(parts, holder);
  const health = makeKmsHealth(keyRing.currentKeyId);
  const wrappedKeys = mongoDataKeys(database.collections, parts.dataKeys.freshMs);
  const keyService = instrument('keyService', parts.keyService);
  const dataKeys = makeDataKeys({ keyService, health, meter, settings: parts.dataKeys, now });
  const ports: VaultPorts = {
    accounts: instrument('accounts', mongoAccounts(database, audit.append, wrappedKeys)),
    pendingRevocations: instrument('pendingRevocations', mongoPendingRevocations(database, audit.append, wrappedKeys)),
    dataKeys,
    oauth: instrument('oauth', parts.oauth),
    audit: audit.trail,
    keyRing,
    clock,
    log,
    meter,
    pause: parts.pause ?? ((milliseconds) => delay(milliseconds)),
    settings: { holder, ...times, missingScopes: (granted) => missingScopes(parts.dialect, granted) },
  };
  const tellTikTok = makeTellTikTok({ ...ports, settings: { holder, ...times, waitMs: times.disconnectWaitMs } });
  const places = instrument('places', mongoSealedPlaces(database, audit.append, wrappedKeys));
  const archive = mongoAuditArchive(database, audit.append);
  const consents = mongoExpiringConsents(database);
  return {
    holder,
    health,
    dataKeys,
    audit: audit.trail,
    exchangeCode: makeExchangeCode(ports),
    leaseToken: makeLeaseToken({ ...ports, renew: makeRenewToken(ports), sealTo: parts.sealTo }),
    disconnectAccount: makeDisconnectAccount({ ...ports, tellTikTok }),
    reportStatus: makeReportStatus({ ...ports, health, now }),
    requireKms: makeRequireKms(dataKeys, keyRing, health, now),
    tellTikTok,
    rewrap: makeRewrap({ ...ports, places }),
    census: () => places.census(),
    cutAudit: (retentionMs: number) => makeCutAudit(archive, audit.trail, clock, retentionMs)(),
    verifyAudit: makeVerifyAudit(archive, clock),
    announceExpiring: (noticeMs: number) => makeAnnounceExpiring(consents, clock, log, noticeMs)(),
    countExpiring: (noticeMs: number) => consents.count(new Date(clock().getTime() + noticeMs)),
  };
};

export type Vault = ReturnType<typeof makeVault>;
