import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { secret } from '@trendpot/secrets';
import { authenticatorOf } from './authenticator.ts';
import { createUserKeys } from './server-config/user-keys.ts';

const { seed, publicKey } = createUserKeys().operator;
const block = `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`;

describe('the credentials of a NATS user', () => {
  it.each([
    ['a bare seed', seed],
    ['a seed with a line end', `${seed}\n`],
    ['a seed block', block],
  ])('may be %s', (_, content) => {
    expect(authenticatorOf(secret(content))('nonce')).toMatchObject({ nkey: publicKey });
  });

  it('may be a credentials file with a JWT', () => {
    const file = `-----BEGIN NATS USER JWT-----\na.b.c\n------END NATS USER JWT------\n\n${block}`;
    expect(authenticatorOf(secret(file))('nonce')).toMatchObject({ jwt: 'a.b.c' });
  });

  it('are refused without being repeated when they are none of these', () => {
    const wrong = `SUNOTASEED${seed.slice(12)}`;
    try {
      authenticatorOf(secret(wrong));
      throw new Error('accepted');
    } catch (error) {
      expect(error).toMatchObject({ code: 'E_UNAUTHENTICATED' });
      expect(inspect(error, { depth: 9 })).not.toContain(seed.slice(12, 30));
    }
  });
});
