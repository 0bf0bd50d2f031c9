import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { auditReason } from './reason.ts';

describe('the reason in the audit', () => {
  it('is one line of sound text, never empty and never too long', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 900 }), fc.constant(undefined), fc.anything());
    fc.assert(
      fc.property(anything, anything, (reason, comment) => {
        const text = auditReason(reason, comment);
        expect(text.length).toBeGreaterThan(0);
        expect(text.length).toBeLessThanOrEqual(500);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029\p{Cs}]/u);
      }),
    );
  });

  it('spells out what was chosen', () => {
    expect(auditReason('mistake', ' the other\n account ')).toBe(
      'I connected by mistake or with the wrong account: the other account',
    );
    expect(auditReason(undefined, '')).toBe('no reason given');
    expect(auditReason('constructor')).toBe('constructor');
  });
});
