import { describe, expect, it } from '@jest/globals';
import { InvalidName } from './errors.js';
import { nonLocalName, requireChannelName, requireGroupName } from './names.js';

describe('names', () => {
  it.each(['a', 'user_7', 'order-1.x', 'A'.repeat(99)])('takes the group %s', (name) => {
    expect(() => requireGroupName(name)).not.toThrow();
  });

  it.each(['', 'a b', 'a!b', 'é', 'a\n', 'a/b', 'A'.repeat(100)])('refuses the group %j', (name) => {
    expect(() => requireGroupName(name)).toThrow(InvalidName);
  });

  it.each(['a', 'specific.abc!def', 'specific.abc!'])('takes the channel %s', (name) => {
    expect(() => requireChannelName(name)).not.toThrow();
  });

  it.each(['', '!a', 'a!b!c', 'a!b\n', `${'A'.repeat(50)}!${'A'.repeat(49)}`])('refuses the channel %j', (name) => {
    expect(() => requireChannelName(name)).toThrow(InvalidName);
  });

  it('refuses what is not text, and says so in one short line', () => {
    expect(() => requireGroupName(undefined as unknown as string)).toThrow(InvalidName);
    expect(() => requireGroupName('\u0000'.repeat(1000))).toThrow(/^.{1,250}$/);
  });

  it('knows which part of a name the backend sees', () => {
    expect(nonLocalName('specific.abc!def')).toBe('specific.abc!');
    expect(nonLocalName('thumbnails')).toBe('thumbnails');
  });
});
