import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DISPLAY_OAUTH_KEY_ALIAS, startKms, type Kms } from './kms.ts';
import { callKms } from './kms-keys.ts';

jest.setTimeout(120_000);

describe('the KMS endpoint of a test', () => {
  let kms: Kms;
  beforeAll(async () => {
    kms = await startKms();
  }, 120_000);
  afterAll(() => kms.stop());

  it('wraps a data key under the alias and unwraps it for the same context only', async () => {
    const context = { app: 'trendpot', accountId: 'a1' };
    const request = { KeyId: DISPLAY_OAUTH_KEY_ALIAS, KeySpec: 'AES_256', EncryptionContext: context };
    const made = (await callKms(kms.endpoint, 'GenerateDataKey', request)) as Record<string, string>;
    expect(made['KeyId']).toBe(kms.keyId);
    const wrapped = { CiphertextBlob: made['CiphertextBlob'] };
    const opened = await callKms(kms.endpoint, 'Decrypt', { ...wrapped, EncryptionContext: context });
    expect(opened).toMatchObject({ Plaintext: made['Plaintext'], KeyId: kms.keyId });
    const foreign = callKms(kms.endpoint, 'Decrypt', {
      ...wrapped,
      EncryptionContext: { ...context, accountId: 'a2' },
    });
    await expect(foreign).rejects.toMatchObject({ code: 'E_PART_NO_ANSWER' });
  });

  it('creates further keys, with an alias or without', async () => {
    const second = await kms.createKey('alias/second');
    expect(second.keyId).toMatch(/^arn:aws:kms:us-east-1:\d{12}:key\//);
    expect((await kms.createKey()).keyId).not.toBe(second.keyId);
    expect(kms.keyId).not.toBe(second.keyId);
  });
});
