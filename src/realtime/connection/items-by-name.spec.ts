import { describe, expect, it } from '@jest/globals';
import { ItemsByName } from './items-by-name.js';

const [first, second, third] = [{ n: 1 }, { n: 2 }, { n: 3 }];

describe('ItemsByName', () => {
  it('returns the items of a name in the order they were added, each once', () => {
    const index = new ItemsByName<object>();
    for (const item of [first, first, second, third, second]) index.add('name', item);

    expect([...index.get('name')]).toEqual([first, second, third]);
    expect(index.count('name')).toBe(3);
  });

  it('returns nothing for other names', () => {
    const index = new ItemsByName<object>();
    index.add('name', first);

    expect(index.has('other')).toBe(false);
    expect([...index.get('other')]).toEqual([]);
    expect(index.count('other')).toBe(0);
  });

  it('removes a name with its last item', () => {
    const index = new ItemsByName<object>();
    for (const item of [first, second]) index.add('name', item);
    index.remove('name', third);
    index.remove('name', first);
    expect([...index.get('name')]).toEqual([second]);
    index.remove('name', second);
    index.remove('name', second);

    expect(index.has('name')).toBe(false);
  });

  it('removes only items of the given name', () => {
    const index = new ItemsByName<object>();
    index.add('name', first);
    index.remove('name', second);

    expect([...index.get('name')]).toEqual([first]);
  });
});
