import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { newAccountId } from '@trendpot/contracts';
import fc from 'fast-check';
import { auditCause } from '../errors.ts';
import { checkCommitment, openToken, OVERHEAD_BYTES, sealToken } from './sealed-token.ts';
import { deriveSealingKey, type SealingKey } from './sealing-key.ts';
import { encodeBinding, type TokenBinding } from './token-binding.ts';

interface Vector {
  readonly version: number;
  readonly dataKey: string;
  readonly binding: TokenBinding;
  readonly nonce: string;
  readonly token: string;
  readonly additionalData: string;
  readonly sealed: string;
}

const FOLDER = new URL('../../../test/vectors/', import.meta.url);
const vectors = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Vector] as const);
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

describe.each(vectors)('the vector %s', (_name, vector) => {
  const key = deriveSealingKey(hex(vector.dataKey));

  it('opens, in this and every later release', () => {
    expect(openToken(key, vector.binding, hex(vector.sealed)).toString('utf8')).toBe(vector.token);
  });

  it('is what sealing makes of it', () => {
    const sealed = sealToken(key, vector.binding, Buffer.from(vector.token), hex(vector.nonce));
    expect(sealed.toString('hex')).toBe(vector.sealed);
    expect(encodeBinding(vector.version, vector.binding).toString('hex')).toBe(vector.additionalData);
  });
});

const KEY_ID = 'arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000001';
const newKey = (): SealingKey => deriveSealingKey(randomBytes(32));
const binding = (more: Partial<TokenBinding> = {}): TokenBinding => ({
  accountId: newAccountId(),
  field: 'access_token',
  keyId: KEY_ID,
  generation: 1,
  ...more,
});
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'opened';
  } catch (error) {
    return auditCause(error as Parameters<typeof auditCause>[0]);
  }
};

describe('a sealed token', () => {
  it('opens to what was sealed, whatever it is', () => {
    const key = newKey();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), fc.nat(), (token, generation) => {
        const place = binding({ generation });
        const sealed = sealToken(key, place, token);
        expect(sealed.length - token.length).toBe(OVERHEAD_BYTES);
        expect(openToken(key, place, sealed)).toEqual(Buffer.from(token));
      }),
    );
  });

  it('costs 61 bytes', () => {
    expect(OVERHEAD_BYTES).toBe(61);
  });

  it('is never sealed the same way twice', () => {
    const [key, place] = [newKey(), binding()];
    expect(sealToken(key, place, Buffer.from('token'))).not.toEqual(sealToken(key, place, Buffer.from('token')));
  });

  it.each<[string, (place: TokenBinding) => TokenBinding]>([
    ['another account', (place) => ({ ...place, accountId: newAccountId() })],
    ['the other field', (place) => ({ ...place, field: 'refresh_token' })],
    ['another key', (place) => ({ ...place, keyId: `${KEY_ID}2` })],
    ['another generation', (place) => ({ ...place, generation: place.generation + 1 })],
  ])('does not open in the place of %s', (_what, move) => {
    const [key, place] = [newKey(), binding()];
    const sealed = sealToken(key, place, Buffer.from('act.token'));
    expect(codeOf(() => openToken(key, move(place), sealed))).toBe('E_VAULT_SEAL_BROKEN/tag');
  });

  it('does not open under another data key, which is noticed before anything is decrypted', () => {
    const place = binding();
    const sealed = sealToken(newKey(), place, Buffer.from('act.token'));
    expect(codeOf(() => checkCommitment(newKey(), sealed))).toBe('E_VAULT_SEAL_BROKEN/commitment');
    expect(codeOf(() => openToken(newKey(), place, sealed))).toBe('E_VAULT_SEAL_BROKEN/commitment');
  });

  it('does not open with a bit flipped, at any position', () => {
    const [key, place] = [newKey(), binding()];
    const sealed = sealToken(key, place, Buffer.from('act.example12345Example12345Example'));
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(codeOf(() => openToken(key, place, changed))).toMatch(/^E_VAULT_SEAL_BROKEN\//);
    }
  });

  it('does not open truncated or extended, at any length', () => {
    const [key, place] = [newKey(), binding()];
    const sealed = sealToken(key, place, Buffer.from('act.token'));
    for (let length = 0; length < sealed.length; length += 1) {
      expect(codeOf(() => openToken(key, place, sealed.subarray(0, length)))).toMatch(/^E_VAULT_SEAL_BROKEN\//);
    }
    expect(codeOf(() => openToken(key, place, Buffer.concat([sealed, Buffer.alloc(1)])))).toMatch(/SEAL_BROKEN/);
  });

  it('of an unknown version is refused', () => {
    const [key, place] = [newKey(), binding()];
    const sealed = sealToken(key, place, Buffer.from('act.token'));
    for (let version = 0; version < 256; version += 1) {
      if (version === 1) continue;
      const other = Buffer.from(sealed);
      other[0] = version;
      expect(codeOf(() => openToken(key, place, other))).toBe('E_VAULT_SEAL_BROKEN/version');
    }
  });

  it('fails to open in the same words, whatever the cause', () => {
    const [key, place] = [newKey(), binding()];
    const sealed = sealToken(key, place, Buffer.from('act.token'));
    const attempts = [
      () => openToken(newKey(), place, sealed),
      () => openToken(key, { ...place, generation: 9 }, sealed),
      () => openToken(key, place, sealed.subarray(1)),
      () => openToken(key, place, Buffer.alloc(0)),
    ];
    const texts = attempts.map((attempt) => {
      try {
        attempt();
        return 'opened';
      } catch (error) {
        const { code, message, publicMessage } = error as { code: string; message: string; publicMessage: string };
        return JSON.stringify({ code, message, publicMessage });
      }
    });
    expect(new Set(texts).size).toBe(1);
  });
});

describe('a binding', () => {
  it('is never the same bytes for two places', () => {
    const part = fc.string({ maxLength: 12 });
    const place = fc.record({
      accountId: part,
      field: fc.constantFrom('access_token', 'refresh_token'),
      keyId: part,
      generation: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(place, place, (left, right) => {
        const same = JSON.stringify(left) === JSON.stringify(right);
        const bytes = [left, right].map((each) => encodeBinding(1, each as TokenBinding).toString('hex'));
        expect(bytes[0] === bytes[1]).toBe(same);
      }),
    );
  });

  it('does not let one field run into the next', () => {
    const shifted = encodeBinding(1, binding({ accountId: 'acc_a', keyId: 'bkey' }));
    expect(shifted).not.toEqual(encodeBinding(1, binding({ accountId: 'acc_ab', keyId: 'key' })));
  });
});

describe('a data key', () => {
  it('is zeroised once the sealing keys are derived from it', () => {
    const dataKey = randomBytes(32);
    deriveSealingKey(dataKey);
    expect(dataKey).toEqual(Buffer.alloc(32));
  });

  it('of another length is refused', () => {
    expect(() => deriveSealingKey(randomBytes(16))).toThrow(RangeError);
  });
});
