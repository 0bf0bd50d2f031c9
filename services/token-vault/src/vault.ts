import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { missingScopes, type Dialect } from '@trendpot/contracts';
import type { Database } from '@trendpot/persistence';
import { makeAuditTrail } from './domain/audit-trail.ts';
import { makeDataKeys, type DataKeySettings } from './domain/data-keys.ts';
import { makeDisconnectAccount } from './domain/disconnect-account.ts';
import { makeExchangeCode } from './domain/exchange-code.ts';
import type { KeyRing } from './domain/key-ring.ts';
import { makeKmsHealth } from './domain/kms-health.ts';
import { makeLeaseToken } from './domain/lease-token.ts';
import type { Clock, KeyService, OAuth, SealTo, VaultLog, VaultMeter } from './domain/ports.ts';
import type { RenewalPorts } from './domain/renewal.ts';
import { makeRenewToken } from './domain/renew-token.ts';
import { makeRequireKms } from './domain/require-kms.ts';
import { makeReportStatus } from './domain/report-status.ts';
import { makeTellTikTok } from './domain/tell-tiktok.ts';
import { mongoAccounts } from './outbound/mongo-accounts.ts';
import { makeAppendInTransaction, mongoAuditStore } from './outbound/mongo-audit-store.ts';
import { mongoPendingRevocations } from './outbound/mongo-pending-revocations.ts';

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
  /** Put around every port, by its name: how a test stops a process at any point where it waits for something. */
  readonly instrument?: <T extends object>(port: string, implementation: T) => T;
  /** Called after anything was recorded in the audit or appended to the outbox. */
  readonly onRecorded?: () => void;
}

export interface VaultTimes {
  /** As the OAuth adapter was made with. */
  readonly callMs: number;
  /** How long a turn at refreshing lasts: longer than a call, or two could be under way. */
  readonly leaseMs: number;
  readonly waitMs: number;
  readonly insistMs: number;
}

/** Times that follow from how long a call to TikTok may take. */
export const vaultTimes = (callMs: number): VaultTimes => ({
  callMs,
  leaseMs: callMs + 5_000,
  waitMs: callMs + 10_000,
  insistMs: 10_000,
});

/** Wires domain and adapters. One per process: it owns the process's audit chains and its cache of data keys. */
export const makeVault = (parts: VaultParts) => {
  const {
    database,
    keyRing,
    log,
    meter,
    times,
    onRecorded = () => undefined,
    instrument = (_port, same) => same,
  } = parts;
  const keyService = instrument('keyService', parts.keyService);
  const { collections } = database;
  const holder = `vault_${randomBytes(8).toString('hex')}`;
  const clock = parts.clock ?? (() => new Date());
  let chains = 0;
  const newChain = (kind: string): string => `token-vault.${holder.slice(6)}.${kind}.${(chains += 1)}`;

  const audit = makeAuditTrail(
    instrument('auditStore', mongoAuditStore(collections, keyRing.currentKeyId, onRecorded)),
    newChain,
  );
  const appendAudit = makeAppendInTransaction(collections, keyRing.currentKeyId);
  const health = makeKmsHealth();
  const dataKeys = makeDataKeys({ keyService, health, meter, settings: parts.dataKeys });
  const ports: RenewalPorts = {
    accounts: instrument('accounts', mongoAccounts(database, appendAudit)),
    pendingRevocations: instrument('pendingRevocations', mongoPendingRevocations(database, appendAudit)),
    dataKeys,
    oauth: instrument('oauth', parts.oauth),
    audit: {
      record: (fact) => audit.record(fact),
      recordWith: (fact, write) => audit.recordWith(fact, write).finally(onRecorded),
    },
    keyRing,
    clock,
    log,
    meter,
    pause: (milliseconds) => delay(milliseconds),
    settings: { holder, ...times, missingScopes: (granted) => missingScopes(parts.dialect, granted) },
  };
  const tellTikTok = makeTellTikTok({
    ...ports,
    settings: { holder, claimMs: 3 * times.callMs + times.insistMs, waitMs: 3_000, insistMs: times.insistMs },
  });
  return {
    exchangeCode: makeExchangeCode(ports),
    leaseToken: makeLeaseToken({ ...ports, renew: makeRenewToken(ports), sealTo: parts.sealTo }),
    disconnectAccount: makeDisconnectAccount({ ...ports, tellTikTok }),
    reportStatus: makeReportStatus({ ...ports, health }),
    tellTikTok,
    requireKms: makeRequireKms(dataKeys, keyRing, health),
    dataKeys,
    health,
    audit: ports.audit,
    holder,
    clock,
  };
};

export type Vault = ReturnType<typeof makeVault>;
