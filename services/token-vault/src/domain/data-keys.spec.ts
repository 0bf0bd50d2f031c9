import { describe, expect, it } from '@jest/globals';
import { makeDataKeys } from './data-keys.ts';
import { makeKmsHealth } from './kms-health.ts';
import type { VaultMeter } from './ports.ts';
import { DATA_KEY_BYTES } from './sealing-key.ts';

const ACCOUNT = 'acc_00000000000000000001';
const KEY = 'arn:aws:kms:us-east-1:000000000000:key/1';
const DATA_KEY = { keyId: KEY, wrapped: Buffer.from('wrapped') };
const nothing = (): void => undefined;
const METER: VaultMeter = {
  ...{ leased: nothing, keyMismatch: nothing, refreshed: nothing, revoked: nothing },
  ...{ exchanged: nothing, rewrapped: nothing, kmsCalled: nothing, dataKeyAsked: nothing },
};
const SETTINGS = { maxEntries: 10, freshMs: 60_000, outageMs: 0, unavailableMs: 0, refusedMs: 0 };

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
    const dataKeys = makeDataKeys({ keyService, health: makeKmsHealth(KEY), meter: METER, settings: SETTINGS });
    const ask = () => dataKeys.use(ACCOUNT, DATA_KEY, (key) => key.commitment.toString('hex'));
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
