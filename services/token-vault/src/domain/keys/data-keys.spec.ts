import { describe, expect, it } from '@jest/globals';
import { PlatformError } from '@trendpot/contracts';
import type { KeyService, VaultMeter } from '../ports.ts';
import { DATA_KEY_BYTES } from '../sealing/sealing-key.ts';
import { makeDataKeys } from './data-keys.ts';
import { makeKmsHealth } from './kms-health.ts';

const ACCOUNT = 'acc_00000000000000000001';
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/1';
const DATA_KEY = { keyId: KEY, wrapped: Buffer.from('wrapped') };
const nothing = (): void => undefined;
const METER: VaultMeter = {
  ...{ leased: nothing, keyMismatch: nothing, refreshed: nothing, revoked: nothing },
  ...{ exchanged: nothing, rewrapped: nothing, kmsCalled: nothing, dataKeyAsked: nothing },
};
const SETTINGS = { maxEntries: 10, freshMs: 60_000, outageMs: 0, unavailableMs: 0, refusedMs: 0 };

/** Asks for one account's data key. */
const askerOf = (keyService: KeyService, settings = SETTINGS) => {
  const dataKeys = makeDataKeys({ keyService, health: makeKmsHealth(KEY), meter: METER, settings });
  return () => dataKeys.use(ACCOUNT, DATA_KEY, (key) => key.commitment.toString('hex'));
};

describe('a data key that is being unwrapped', () => {
  it('costs one call of KMS, at whatever moment around its answer somebody else asks', async () => {
    let calls = 0;
    const answer = Promise.withResolvers<Uint8Array>();
    const keyService = {
      generateDataKey: () => Promise.reject(new Error('is not asked here')),
      unwrapDataKey: () => {
        calls += 1;
        return answer.promise;
      },
    };
    const ask = askerOf(keyService);
    const asked = [ask()];
    answer.resolve(Buffer.alloc(DATA_KEY_BYTES, 7));
    for (let turn = 0; turn < 40; turn += 1) {
      await Promise.resolve();
      asked.push(ask());
    }
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(calls).toBe(1);
  });
});

describe('a data key that is due to be unwrapped again', () => {
  const unavailable = new PlatformError('E_VAULT_KMS_UNAVAILABLE', 'KMS does not answer');
  const denied = new PlatformError('E_VAULT_KMS_DENIED', 'KMS refuses');

  /** KMS answers the first call, is silent to the second, and to the third as long as the test likes. */
  const silentKms = async () => {
    const third = Promise.withResolvers<Uint8Array>();
    const answers = [Promise.resolve(Buffer.alloc(DATA_KEY_BYTES, 7)), Promise.reject(unavailable), third.promise];
    answers[1]?.catch(() => undefined);
    let calls = 0;
    const ask = askerOf(
      {
        generateDataKey: () => Promise.reject(new Error('is not asked here')),
        unwrapDataKey: () => answers[calls++] ?? Promise.reject(denied),
      },
      { ...SETTINGS, freshMs: -1, outageMs: 60_000 },
    );
    const key = await ask();
    expect(await ask()).toBe(key);
    return { ask, key, third, calls: () => calls };
  };

  it('goes on at once while KMS is silent: nobody waits for it a second time', async () => {
    const { ask, key, calls } = await silentKms();
    expect(await Promise.all([ask(), ask()])).toEqual([key, key]);
    expect(calls()).toBe(3);
  });

  it('ends as soon as KMS refuses, although nobody waited for that answer', async () => {
    const { ask, third } = await silentKms();
    await ask();
    third.reject(denied);
    await expect(third.promise).rejects.toBe(denied);
    await expect(ask()).rejects.toMatchObject({ code: 'E_VAULT_KMS_DENIED' });
    await expect(ask()).rejects.toMatchObject({ code: 'E_VAULT_KMS_DENIED' });
  });
});
