import { describe, expect, it } from '@jest/globals';
import { callerKey } from './caller-key.ts';

describe('counting requests', () => {
  it('takes an IPv6 network for one caller, and an IPv4 address in IPv6 clothes for itself', () => {
    expect(callerKey('2001:db8:1:2:aaaa::1')).toBe(callerKey('2001:db8:1:2:bbbb:cccc:dddd:eeee'));
    expect(callerKey('2001:db8::1')).toBe('2001:db8:0:0');
    expect(callerKey('2001:db8:1:2::1')).not.toBe(callerKey('2001:db8:1:3::1'));
    expect(callerKey('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(callerKey('192.0.2.1')).toBe('192.0.2.1');
  });
});
