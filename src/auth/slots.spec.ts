import { describe, expect, it } from '@jest/globals';
import { Slots } from './slots.js';

class Gate {
  open!: () => void;
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

describe('Slots', () => {
  it('runs as many at once as there are slots, the others in the order they came', async () => {
    const slots = new Slots(2, 10, () => new Error('full'));
    const gates = [new Gate(), new Gate(), new Gate(), new Gate()];
    const started: number[] = [];
    const done = gates.map((gate, index) =>
      slots.run(() => {
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

  it('refuses at once when the line is full, and goes on after work that fails', async () => {
    const slots = new Slots(1, 1, () => new Error('full'));
    const gate = new Gate();
    const first = slots.run(() => gate.opened.then(() => Promise.reject(new Error('broken'))));
    const second = slots.run(() => Promise.resolve('second'));

    await expect(slots.run(() => Promise.resolve('third'))).rejects.toThrow('full');
    gate.open();
    await expect(first).rejects.toThrow('broken');
    await expect(second).resolves.toBe('second');
    await expect(slots.run(() => Promise.resolve('fourth'))).resolves.toBe('fourth');
  });
});
