import { newRequestId, toPlatformError, type AccountId, type PlatformError } from '@trendpot/contracts';
import { factOf, type Purpose } from '../audit/audit-fact.ts';
import { auditCause } from '../errors.ts';
import { checkKey } from '../keys/key-ring.ts';
import { dataKeyOf, resealCredential, type Credential } from '../sealing/credential.ts';
import type { VaultPorts } from '../vault-ports.ts';
import { makeRateLimiter, type RateLimiter } from './rate-limiter.ts';
import { SEALED_PLACES, type SealedAt, type SealedPlace, type SealedPlaces } from './sealed-places.ts';

const BATCH = 100;
/** How long to leave KMS alone when it throttles or is silent. */
const KMS_REST_MS = 2_000;
/** Said of the key a credential is under, not of the credential. */
const SHUTS_A_KEY: ReadonlySet<string> = new Set(['E_VAULT_KMS_DENIED', 'E_TIKTOK_KEY_MISMATCH']);

interface Ports extends Pick<VaultPorts, 'dataKeys' | 'audit' | 'keyRing' | 'clock' | 'log' | 'meter' | 'pause'> {
  readonly places: SealedPlaces;
}

export interface RewrapOptions {
  /** Ceiling on calls to KMS, so that leases keep their share of it. */
  readonly kmsCallsPerSecond: number;
  readonly atOnce: number;
  readonly caller: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: RewrapProgress) => void;
}

export interface RewrapProgress {
  readonly done: number;
  /** Changed by somebody else meanwhile, which put them under the current key as well. */
  readonly skipped: number;
  readonly failed: number;
}

/** What one run works with. */
interface Run extends RewrapOptions {
  readonly limiter: RateLimiter;
  /** Keys of earlier days that turned out to open nothing: their other credentials are not tried one by one. */
  readonly shut: Set<string>;
}

/** Nothing can be sealed anew: no other credential would fare better. */
class CurrentKeyRefused extends Error {
  readonly reason: PlatformError;

  constructor(reason: PlatformError) {
    super(reason.message);
    this.reason = reason;
  }
}

const stopIfRefused = (thrown: unknown): never => {
  const error = toPlatformError(thrown);
  throw error.code === 'E_VAULT_KMS_DENIED' ? new CurrentKeyRefused(error) : error;
};

/**
 * Moves every credential to the current key: opened under the old one, sealed anew under a new data key. State lies in
 * the credentials alone, so it may be stopped or killed anywhere and started again, several times at once even. What
 * cannot be opened, its old key refused for instance, is counted and stays where it is.
 *
 * @throws PlatformError E_VAULT_KMS_DENIED when KMS refuses the current key, E_VAULT_AUDIT_UNAVAILABLE
 */
export type Rewrap = (options: RewrapOptions) => Promise<RewrapProgress>;

export const makeRewrap = ({ places, dataKeys, audit, keyRing, clock, log, meter, pause }: Ports): Rewrap => {
  /** With both keys at hand before the opening is recorded: none is on record that KMS kept from happening. */
  const reseal = async (
    { accountId, credential }: SealedAt,
    purpose: Purpose,
    { limiter }: Run,
  ): Promise<Credential> => {
    await limiter.take();
    const from = await dataKeys.hold(accountId, dataKeyOf(credential));
    try {
      await limiter.take();
      const to = await dataKeys.create(keyRing.currentKeyId, accountId).catch(stopIfRefused);
      try {
        await audit.record(factOf(clock, 'token.decrypt', accountId, purpose, 'done'));
        return resealCredential(from.key, to.key, to.dataKey, accountId, credential);
      } finally {
        to.release();
      }
    } finally {
      from.release();
    }
  };

  const rewrapOne = async (old: SealedAt, purpose: Purpose, run: Run): Promise<'done' | 'skipped'> => {
    const { accountId, credential } = old;
    checkKey({ keyRing, meter }, credential.keyId);
    const resealed = await reseal(old, purpose, run);
    const fact = factOf(clock, 'token.rewrap', accountId, purpose, 'done');
    const replaced = await audit.recordWith(fact, (entry) => places.replace(old, resealed, entry));
    dataKeys.forget(accountId, dataKeyOf(credential));
    dataKeys.forget(accountId, dataKeyOf(resealed));
    return replaced === true ? 'done' : 'skipped';
  };

  /** Keeps at one credential while KMS rests; any other failure is this credential's own. */
  const attempt = async (old: SealedAt, run: Run): Promise<'done' | 'skipped' | 'failed'> => {
    const { keyId } = old.credential;
    const purpose = { requestId: newRequestId(), caller: run.caller, operation: 'token.rewrap' };
    for (;;) {
      run.signal.throwIfAborted();
      if (run.shut.has(keyId)) return 'failed';
      try {
        return await rewrapOne(old, purpose, run);
      } catch (thrown) {
        if (thrown instanceof CurrentKeyRefused) throw thrown.reason;
        const error = toPlatformError(thrown);
        if (error.code === 'E_VAULT_KMS_UNAVAILABLE') {
          await pause(KMS_REST_MS);
          continue;
        }
        if (error.code === 'E_VAULT_AUDIT_UNAVAILABLE') throw error;
        if (SHUTS_A_KEY.has(error.code)) run.shut.add(keyId);
        const cause = auditCause(error);
        log.warn('tiktok.token.rewrap', { ...purpose, accountId: old.accountId, keyId, outcome: 'failed', cause });
        await audit.record(factOf(clock, 'token.rewrap', old.accountId, purpose, 'failed', { cause }));
        return 'failed';
      }
    }
  };

  return async (options) => {
    const run: Run = { ...options, limiter: makeRateLimiter(options.kmsCallsPerSecond, pause), shut: new Set() };
    const progress = { done: 0, skipped: 0, failed: 0 };
    const work = async (place: SealedPlace): Promise<void> => {
      let after: AccountId | undefined;
      for (;;) {
        const batch = [...(await places.notUnder(keyRing.currentKeyId, place, after, BATCH))];
        after = batch.at(-1)?.accountId;
        if (after === undefined) return;
        const worker = async (): Promise<void> => {
          for (let old = batch.shift(); old !== undefined; old = batch.shift()) {
            const outcome = await attempt(old, run);
            progress[outcome] += 1;
            meter.rewrapped(outcome);
            options.onProgress?.({ ...progress });
          }
        };
        await Promise.all(Array.from({ length: options.atOnce }, worker));
      }
    };
    for (const place of SEALED_PLACES) await work(place);
    return progress;
  };
};
