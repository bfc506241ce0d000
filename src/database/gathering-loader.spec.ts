import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { gatheringLoader } from './gathering-loader.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('gatheringLoader', () => {
  let queries: (readonly number[])[];
  let answer: (() => void) | undefined;
  let held: boolean;
  const double = async (keys: readonly number[]): Promise<number[]> => {
    queries.push(keys);
    if (held) await new Promise<void>((resolve) => (answer = resolve));
    if (keys.includes(13)) throw new Error('no luck');
    return keys.map((key) => key * 2);
  };

  beforeEach(() => {
    queries = [];
    held = false;
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('runs one query for all keys of one turn', async () => {
    const loader = gatheringLoader(double, 100);

    expect(await Promise.all([1, 2, 2].map((key) => loader.load(key)))).toEqual([2, 4, 4]);
    expect(queries).toEqual([[1, 2, 2]]);
  });

  it('collects keys while a query is running', async () => {
    const loader = gatheringLoader(double, 100);
    held = true;
    const first = loader.load(1);
    await turn();
    held = false;
    const later = [loader.load(2)];
    await turn();
    later.push(loader.load(3));
    await turn();
    expect(queries).toEqual([[1]]);
    answer?.();

    expect(await Promise.all([first, ...later])).toEqual([2, 4, 6]);
    expect(queries).toEqual([[1], [2, 3]]);
  });

  it('collects for longer if many keys arrive', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    const loader = gatheringLoader(double, 100);
    const crowd = [1, 2, 3, 4, 5, 6, 7, 8];
    await Promise.all(crowd.map((key) => loader.load(key)));
    const later = [loader.load(9)];
    for (let n = 0; n < 3; n += 1) await turn();
    later.push(loader.load(10));
    await turn();
    expect(queries).toEqual([crowd]);
    await jest.advanceTimersByTimeAsync(10);

    expect(await Promise.all(later)).toEqual([18, 20]);
    expect(queries).toEqual([crowd, [9, 10]]);
  });

  it('starts a query at once for a few keys', async () => {
    const loader = gatheringLoader(double, 100);
    await Promise.all([1, 2].map((key) => loader.load(key)));
    const later = [loader.load(3)];
    await turn();
    await turn();

    expect(queries).toEqual([[1, 2], [3]]);
    await Promise.all(later);
  });

  it('continues after a query that failed', async () => {
    const loader = gatheringLoader(double, 100);

    await expect(loader.load(13)).rejects.toThrow('no luck');
    expect(await loader.load(1)).toBe(2);
  });

  it('limits the number of keys per query', async () => {
    const loader = gatheringLoader(double, 2);

    await Promise.all([1, 2, 3].map((key) => loader.load(key)));
    expect(queries).toEqual([[1, 2], [3]]);
  });
});
