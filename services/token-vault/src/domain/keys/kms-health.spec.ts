import { describe, expect, it } from '@jest/globals';
import { PlatformError } from '@trendpot/contracts';
import { makeKmsHealth } from './kms-health.ts';

const silence = new PlatformError('E_VAULT_KMS_UNAVAILABLE', 'no answer');
const refusal = new PlatformError('E_VAULT_KMS_DENIED', 'no');

describe('how KMS has been answering', () => {
  it('is degraded from the first failure, unavailable when failures last, and well with the next answer', () => {
    const health = makeKmsHealth('current', 5_000);
    expect(health.state(0)).toBe('available');
    health.failed('current', silence, 100);
    expect(health.state(5_099)).toBe('degraded');
    health.failed('current', silence, 4_000);
    expect(health.state(5_100)).toBe('unavailable');
    expect(health.lastError()).toBe(silence);
    health.succeeded('current');
    expect(health.state(5_101)).toBe('available');
  });

  it('ends an outage with any answer, one about a key of earlier days too', () => {
    const health = makeKmsHealth('current', 5_000);
    health.failed('current', silence, 0);
    health.succeeded('earlier');
    expect(health.state(9_000)).toBe('available');
    health.failed('current', silence, 9_000);
    health.failed('earlier', refusal, 9_001);
    expect(health.state(20_000)).toBe('available');
  });

  it('is unavailable at once when the current key is refused, until that very key is usable', () => {
    const health = makeKmsHealth('current', 5_000);
    health.failed('current', refusal, 0);
    expect(health.state(0)).toBe('unavailable');
    health.succeeded('earlier');
    expect(health.state(1)).toBe('unavailable');
    health.succeeded('current');
    expect(health.state(2)).toBe('available');
  });

  it('is no worse for the refusal of a key of earlier days', () => {
    const health = makeKmsHealth('current', 5_000);
    health.failed('earlier', refusal, 0);
    expect(health.state(60_000)).toBe('available');
  });
});
