import { describe, expect, it } from '@jest/globals';
import { OriginRule } from './origin-rule.js';

describe('the origin rule', () => {
  it.each([
    // Allowed hosts, origin, whether the origin is allowed.
    ['example.com', 'https://example.com', true],
    ['example.com', 'http://example.com:8080', true],
    ['example.com', 'https://EXAMPLE.com', true],
    ['example.com', 'https://example.com.', true],
    ['example.com', 'https://www.example.com', false],
    ['example.com', 'https://example.com.evil.test', false],
    ['example.com', 'https://evil-example.com', false],
    ['.example.com', 'https://example.com', true],
    ['.example.com', 'https://a.b.example.com', true],
    ['.example.com', 'https://evilexample.com', false],
    ['*', 'https://anything.test', true],
    ['*', 'null', true],
    ['example.com', 'null', false],
    ['https://example.com', 'https://example.com', true],
    ['https://example.com', 'http://example.com', false],
    ['https://example.com', 'https://example.com:8443', false],
    ['https://example.com:8443', 'https://example.com:8443', true],
    ['example.com:8080', 'http://example.com:8080', true],
    ['example.com:8080', 'http://example.com', false],
    ['example.com:443', 'https://example.com', true],
    ['https://*', 'https://anything.test', true],
    ['https://*', 'http://anything.test', false],
    ['[::1]', 'http://[::1]:8000', true],
    ['localhost', 'http://localhost:5173', true],
    ['localhost', 'http://user@localhost', false],
    ['localhost', 'http://localhost\\.evil.test', false],
    ['localhost', 'http://localhost/', false],
    ['localhost', 'http://localhost?.evil.test', false],
    ['localhost', 'http://local\thost', false],
    ['localhost', 'garbage', false],
    ['localhost', '', false],
  ])('%s allows %s: %s', (allowed, origin, expected) => {
    expect(new OriginRule([allowed]).allows(origin)).toBe(expected);
  });

  it('allows each of several hosts', () => {
    const rule = new OriginRule(['localhost', '.example.com']);
    expect(rule.allows('https://app.example.com')).toBe(true);
    expect(rule.allows('http://localhost')).toBe(true);
    expect(rule.allows('http://127.0.0.1')).toBe(false);
  });
});
