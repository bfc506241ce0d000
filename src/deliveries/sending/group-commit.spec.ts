import { describe, expect, it } from '@jest/globals';
import { GroupCommit } from './group-commit.js';

/** A store operation ends only when the test calls `done` or `fail`. */
class Shelf {
  readonly groups: (readonly number[])[] = [];
  private readonly pending: { resolve: () => void; reject: (error: Error) => void }[] = [];

  readonly store = (items: readonly number[]): Promise<void> => {
    this.groups.push(items);
    return new Promise((resolve, reject) => this.pending.push({ resolve, reject }));
  };

  done(): void {
    this.pending.shift()?.resolve();
  }

  fail(): void {
    this.pending.shift()?.reject(new Error('the shelf is full'));
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a group commit', () => {
  it('stores the first item at once, and all items that arrive in the meantime together', async () => {
    const shelf = new Shelf();
    const commit = new GroupCommit(shelf.store, 10);
    const first = commit.add(1);
    const others = [commit.add(2), commit.add(3)];
    expect(shelf.groups).toEqual([[1]]);
    shelf.done();
    await first;
    expect(shelf.groups).toEqual([[1], [2, 3]]);
    shelf.done();
    await Promise.all(others);
    const last = commit.add(4);
    expect(shelf.groups).toEqual([[1], [2, 3], [4]]);
    shelf.done();
    await last;
  });

  it('never exceeds the maximum size of a group', async () => {
    const shelf = new Shelf();
    const commit = new GroupCommit(shelf.store, 2);
    const all = [1, 2, 3, 4].map((item) => commit.add(item));
    for (let group = 0; group < 3; group += 1) {
      shelf.done();
      await turn();
    }
    await Promise.all(all);
    expect(shelf.groups).toEqual([[1], [2, 3], [4]]);
  });

  it('retries before it gives up, and continues with the next group', async () => {
    const shelf = new Shelf();
    const commit = new GroupCommit(shelf.store, 2, [0]);
    const lucky = commit.add(1);
    shelf.fail();
    while (shelf.groups.length < 2) await turn();
    shelf.done();
    await lucky;
    const unlucky = commit.add(2);
    const next = commit.add(3);
    shelf.fail();
    while (shelf.groups.length < 4) await turn();
    shelf.fail();
    await expect(unlucky).rejects.toThrow('the shelf is full');
    shelf.done();
    await next;
    expect(shelf.groups).toEqual([[1], [1], [2], [2], [3]]);
  });
});
