import { describe, expect, it } from '@jest/globals';
import { InvalidName } from './errors.js';
import { nonLocalName, requireChannelName, requireGroupName } from './names.js';

describe('names', () => {
  it.each(['a', 'user_7', 'order-1.x', 'A'.repeat(99)])('accept the group %s', (name) => {
    expect(() => requireGroupName(name)).not.toThrow();
  });

  it.each(['', 'a b', 'a!b', 'é', 'a\n', 'a/b', 'A'.repeat(100)])('reject the group %j', (name) => {
    expect(() => requireGroupName(name)).toThrow(InvalidName);
  });

  it.each(['a', 'specific.abc!def', 'specific.abc!'])('accept the channel %s', (name) => {
    expect(() => requireChannelName(name)).not.toThrow();
  });

  it.each(['', '!a', 'a!b!c', 'a!b\n', `${'A'.repeat(50)}!${'A'.repeat(49)}`])('reject the channel %j', (name) => {
    expect(() => requireChannelName(name)).toThrow(InvalidName);
  });

  it('reject values that are not text, with one short line', () => {
    expect(() => requireGroupName(undefined as unknown as string)).toThrow(InvalidName);
    expect(() => requireGroupName('\u0000'.repeat(1000))).toThrow(/^.{1,250}$/);
  });

  it('have a part that the backend sees', () => {
    expect(nonLocalName('specific.abc!def')).toBe('specific.abc!');
    expect(nonLocalName('thumbnails')).toBe('thumbnails');
  });
});
