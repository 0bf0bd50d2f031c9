import { describe, expect, it } from '@jest/globals';
import { PlatformError } from '@trendpot/contracts';
import type { Permit, Permits } from '@trendpot/messaging';
import type { Meters } from '@trendpot/observability';
import { secret } from '@trendpot/secrets';
import { makeCallUnderPermit } from './call-under-permit.ts';

const scene = (connect: () => Promise<void>) => {
  const steps: string[] = [];
  const permit = { beforeSend: () => void steps.push('the permit is spent') } as Permit;
  const withPermit: Permits['withPermit'] = (_kind, work) => {
    steps.push('a permit is asked for');
    return work(permit);
  };
  const meters = { add: () => undefined, record: () => undefined } as unknown as Meters;
  const client = {
    connect: async () => {
      await connect();
      steps.push('connected');
    },
  };
  const callUnderPermit = makeCallUnderPermit(client, { withPermit } as Permits, meters);
  const call = () =>
    callUnderPermit('video.list', secret('a token'), { kind: 'background' }, async ({ beforeSend }) => {
      beforeSend();
      steps.push('sent');
    });
  return { steps, call };
};

describe('a call under a permit', () => {
  it('has its connection before its permit is asked for, which no handshake can then outlast', async () => {
    const { steps, call } = scene(async () => undefined);
    await call();
    expect(steps).toEqual(['connected', 'a permit is asked for', 'the permit is spent', 'sent']);
  });

  it('asks for no permit when TikTok cannot be reached', async () => {
    const { steps, call } = scene(() => Promise.reject(new PlatformError('E_TIKTOK_UNAVAILABLE', 'no connection')));
    await expect(call()).rejects.toMatchObject({ code: 'E_TIKTOK_UNAVAILABLE' });
    expect(steps).toEqual([]);
  });
});
