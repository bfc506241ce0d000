import { describe, expect, it } from '@jest/globals';
import { FairSlots } from './fair-slots.js';

class Gate {
  open!: () => void;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

const full = (): Error => new Error('full');

/** Occupies all slots until the returned gate is opened, and records the order in which later work starts. */
function busy(
  size: number,
  maxWaiting: number,
): { gate: Gate; started: string[]; add: (key: string) => Promise<void> } {
  const slots = new FairSlots(size, maxWaiting, full);
  const gate = new Gate();
  const started: string[] = [];
  for (let taken = 0; taken < size; taken++) void slots.run('first', () => gate.opened);
  const add = (key: string): Promise<void> =>
    slots.run(key, () => {
      started.push(key);
      return Promise.resolve();
    });
  return { gate, started, add };
}

describe('FairSlots', () => {
  it('runs as many tasks at once as there are slots, and the others of a key in the order of their arrival', async () => {
    const slots = new FairSlots(2, 10, full);
    const gates = [new Gate(), new Gate(), new Gate(), new Gate()];
    const started: number[] = [];
    const done = gates.map((gate, index) =>
      slots.run('key', () => {
        started.push(index);
        return gate.opened;
      }),
    );

    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await done[1];
    await Promise.resolve();
    expect(started).toEqual([0, 1, 2]);
    for (const gate of gates) gate.open();
    await Promise.all(done);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  it('alternates between keys', async () => {
    const { gate, started, add } = busy(1, 10);
    const all = ['crowd', 'crowd', 'crowd', 'one', 'two', 'crowd'].map(add);
    gate.open();
    await Promise.all(all);

    expect(started).toEqual(['crowd', 'one', 'two', 'crowd', 'crowd', 'crowd']);
  });

  it('rejects the newest task of the longest queue when the queues are full and a key with a shorter queue adds a task', async () => {
    const { gate, started, add } = busy(1, 3);
    const crowd = ['crowd', 'crowd', 'crowd'].map(add);
    const one = add('one');
    await expect(crowd[2]).rejects.toThrow('full');
    await expect(add('crowd')).rejects.toThrow('full');
    await expect(add('one')).rejects.toThrow('full');
    gate.open();
    await Promise.all([one, crowd[0], crowd[1]]);

    expect(started).toEqual(['crowd', 'one', 'crowd']);
  });

  it('rejects a task at once when the queue is full, and continues after a task that fails', async () => {
    const slots = new FairSlots(1, 1, full);
    const gate = new Gate();
    const first = slots.run('key', () => gate.opened.then(() => Promise.reject(new Error('broken'))));
    const second = slots.run('key', () => Promise.resolve('second'));

    await expect(slots.run('key', () => Promise.resolve('third'))).rejects.toThrow('full');
    gate.open();
    await expect(first).rejects.toThrow('broken');
    await expect(second).resolves.toBe('second');
    await expect(slots.run('key', () => Promise.resolve('fourth'))).resolves.toBe('fourth');
  });
});
