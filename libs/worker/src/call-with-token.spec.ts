import { describe, expect, it } from '@jest/globals';
import { PlatformError } from '@trendpot/contracts';
import { secret } from '@trendpot/secrets';
import { makeCallWithToken } from './call-with-token.ts';

const USE = { accountId: 'acc_1', operation: 'video.list', requestId: 'req_1', kind: 'background' } as const;
const lease = { token: secret('act.x'), generation: 1, expiresAt: new Date(8e12) };

/** Notes what happens, in order. */
const scene = (lend: () => Promise<typeof lease>) => {
  const seen: string[] = [];
  const permits = {
    turn: (_kind: unknown, { wasRefused }: { wasRefused: boolean }) => {
      seen.push(wasRefused ? 'turn after a refusal' : 'turn');
      return Promise.resolve({ end: () => void seen.push('turn ended') });
    },
  };
  const vault = {
    lease: () => {
      seen.push('lease');
      return lend();
    },
  };
  return { seen, callWithToken: makeCallWithToken({ vault, permits }) };
};

describe('a job that waits for a permit', () => {
  it('has no token meanwhile, and comes for the next one when it is its turn', async () => {
    const { seen, callWithToken } = scene(() => Promise.resolve(lease));
    let refuse = true;
    const done = callWithToken({ ...USE, patient: true }, () => {
      if (!refuse) return Promise.resolve('a page');
      refuse = false;
      return Promise.reject(new PlatformError('E_PERMIT_UNAVAILABLE', 'none'));
    });
    expect(await done).toBe('a page');
    expect(seen).toEqual(['turn', 'lease', 'turn ended', 'turn after a refusal', 'lease', 'turn ended']);
  });

  it('lets the next one have its turn when no token is lent', async () => {
    const { seen, callWithToken } = scene(() => Promise.reject(new PlatformError('E_UNAVAILABLE', 'no vault')));
    await expect(callWithToken({ ...USE, patient: true }, () => Promise.resolve(1))).rejects.toThrow('no vault');
    expect(seen).toEqual(['turn', 'lease', 'turn ended']);
  });
});

describe('a grant that lacks a scope', () => {
  it('is refused with the generation of its token, so that a newer one is not held to it', async () => {
    const { callWithToken } = scene(() => Promise.resolve({ ...lease, generation: 7 }));
    const refused = () => Promise.reject(new PlatformError('E_SCOPE_MISSING', 'video.list'));
    await expect(callWithToken({ ...USE, patient: true }, refused)).rejects.toMatchObject({
      code: 'E_SCOPE_MISSING',
      generation: 7,
    });
  });
});

describe('a person', () => {
  it('waits for nobody’s turn', async () => {
    const { seen, callWithToken } = scene(() => Promise.resolve(lease));
    await callWithToken({ ...USE, kind: 'interactive', patient: false }, () => Promise.resolve(1));
    expect(seen).toEqual(['lease']);
  });
});
