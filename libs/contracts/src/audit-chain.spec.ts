import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { auditHash, type AuditEntry } from './index.ts';

/** The spelling as it is described: written out member by member. */
const spelled = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(spelled).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${spelled(member)}`);
  return `{${members.join(',')}}`;
};

const entry: AuditEntry = {
  version: 1,
  sequence: 7,
  chain: 'token-vault.a.openings.1',
  at: '2026-01-02T03:04:05.678Z',
  action: 'token.decrypt',
  requestId: 'req_00000000000000000000',
  accountId: 'acc_00000000000000000000',
  operation: 'video.list',
  caller: 'ingestion',
  actor: { kind: 'operator', id: 'someone' },
  outcome: 'done',
  previousHash: 'a'.repeat(64),
  hash: 'b'.repeat(64),
};

it('the hash of an entry never changes: what was recorded years ago must still fit', () => {
  expect(auditHash(entry)).toBe('8b844a563681a398a5dca22bf0633b7b1b9048deb042a430dd6e955218eddbb5');
});

it('is over every field in one order, whatever the order they came in and however deep they lie', () => {
  const member = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant(undefined));
  const names = fc.oneof(fc.string(), fc.constantFrom('0', '10', '2', '__proto__', 'hash', 'at', 'toJSON'));
  fc.assert(
    fc.property(fc.dictionary(names, member), (more) => {
      const { hash: _hash, ...fields } = { ...entry, ...more } as AuditEntry;
      const expected = createHash('sha256').update(spelled(fields)).digest('hex');
      expect(auditHash({ ...entry, ...more })).toBe(expected);
      const reversed = Object.fromEntries(Object.entries({ ...entry, ...more }).toReversed());
      expect(auditHash(reversed as unknown as AuditEntry)).toBe(expected);
    }),
  );
});
