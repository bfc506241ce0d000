import { describe, expect, it } from '@jest/globals';
import { isLoopback } from './loopback.js';

describe('isLoopback', () => {
  it.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.255.0.3', '::1', '[::1]', '::ffff:127.0.0.1'])(
    'is true for %s',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );

  it.each([
    '',
    '0.0.0.0',
    '::',
    '127.example.com',
    '127.0.0.1.example.com',
    '10.0.0.1',
    '::2',
    'localhost.example.com',
  ])('is false for %j', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
