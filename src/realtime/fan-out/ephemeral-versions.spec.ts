import { describe, expect, it } from '@jest/globals';
import type { Message } from '../../channel-layer/interface/message.js';
import { EphemeralVersions } from './ephemeral-versions.js';

const count = (asOf: number): Message => ({ type: 'count', as_of: asOf });

describe('versions of ephemeral messages', () => {
  it('are outdated after a newer one of the same name and type', () => {
    const versions = new EphemeralVersions();
    const isOutdated = [
      versions.isOutdated('a', count(7)),
      versions.isOutdated('a', count(6)),
      versions.isOutdated('b', count(6)),
      versions.isOutdated('a', { type: 'location', as_of: 1 }),
      versions.isOutdated('a', count(7)),
      versions.isOutdated('a', { type: 'count' }),
    ];
    expect(isOutdated).toEqual([false, true, false, false, false, false]);
  });

  it('are accepted again after the name was forgotten, and after a restore', () => {
    const versions = new EphemeralVersions();
    for (const name of ['a', 'b']) expect(versions.isOutdated(name, count(7))).toBe(false);
    versions.forget('a');
    expect(['a', 'b'].map((name) => versions.isOutdated(name, count(6)))).toEqual([false, true]);
    versions.clear();
    expect(['a', 'b'].map((name) => versions.isOutdated(name, count(5)))).toEqual([false, false]);
  });
});
