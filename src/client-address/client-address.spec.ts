import { describe, expect, it } from '@jest/globals';
import { addressKey } from './address-key.js';
import { clientAddress } from './client-address.js';

describe('addressKey', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.7:51234', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:c000:207', '192.0.2.7'],
    ['64:ff9b::c000:207', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]:443', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    [' 192.0.2.7 ', '192.0.2.7'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('of %j is %j', (address, key) => {
    expect(addressKey(address)).toBe(key);
  });

  it('is the same for all addresses of a /64, and different for neighbouring /64s', () => {
    const keys = ['2001:db8:0:1::', '2001:db8:0:1:ffff:ffff:ffff:ffff', '2001:db8:0:2::'].map(addressKey);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });
});

describe('clientAddress', () => {
  const request = (forwarded?: string | string[]) => ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress: '10.0.0.1' },
  });

  it('is the address of the socket unless a proxy is trusted', () => {
    expect(clientAddress(request('192.0.2.1'), false)).toBe('10.0.0.1');
    expect(clientAddress(request(), true)).toBe('10.0.0.1');
  });

  it('is the last entry of X-Forwarded-For behind a proxy, because the client may have written the earlier entries', () => {
    expect(clientAddress(request('192.0.2.1, 198.51.100.7'), true)).toBe('198.51.100.7');
    expect(clientAddress(request(['192.0.2.1', '198.51.100.7']), true)).toBe('198.51.100.7');
  });
});
