import { jest } from '@jest/globals';
import type { Message } from '../../src/channel-layer/interface/message.js';
import type { Step } from './history.js';
import { play } from './history.js';
import { MemoryLog, MemoryReader } from './memory-log.js';
import { Questions } from './questions.js';
import { World } from './world.js';

/** Counts of events in the histories, to check that they reach the situations they are meant to test. */
export const reached = { histories: 0, appends: 0, repaired: 0, droppedDuplicates: 0, replayed: 0, slowSockets: 0 };

/** Timers do not advance until a history lets time pass; only event-loop turns run by themselves. */
export function useStandingTime(): void {
  jest.useFakeTimers({
    doNotFake: ['setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'],
  });
}

/**
 * The invariant: whatever happens, the messages of each client over all its connections are, for each stream, the log
 * from the first position of the client: complete, without duplicates, in order. It is checked after each step where
 * possible, and completely at the end when all faults are repaired.
 */
export async function keepsThePromise(history: readonly Step[]): Promise<void> {
  const questions = new Questions();
  const log = new MemoryLog();
  const world = new World({
    reader: new MemoryReader(log, questions),
    append: (stream: string, message: Message) => Promise.resolve(log.append(stream, message)),
    answerAll: () => {
      for (let left = questions.count; left > 0; left -= 1) questions.answer(0, false);
    },
  });
  const wait = (ms: number): void => {
    jest.advanceTimersByTime(ms);
  };
  for (const step of history) {
    await play(world, questions, step, wait);
    expectSoFar(world);
  }
  await world.heal(() => wait(1_000));
  expectComplete(world);
  note(world);
}

/** The messages of each client must be a prefix of the expected ones. */
export function expectSoFar(world: World): void {
  for (const client of world.clients) {
    if (client.complaint !== null) throw new Error(`client of ${client.streams.join()}: ${client.complaint}`);
    for (const [stream, ids] of world.expected(client)) {
      const seen = client.history.get(stream) ?? [];
      const wrong = seen.findIndex((id, index) => id !== ids[index]);
      if (wrong >= 0) throw new Error(`client of ${client.streams.join()}: ${seen.join()} instead of ${ids.join()}`);
    }
  }
}

export function expectComplete(world: World): void {
  expectSoFar(world);
  for (const client of world.clients) {
    for (const [stream, ids] of world.expected(client)) {
      const seen = client.history.get(stream) ?? [];
      if (seen.length !== ids.length) throw new Error(`${stream}: only ${seen.length} of ${ids.length} came`);
    }
  }
}

function note(world: World): void {
  reached.histories += 1;
  for (const entries of world.log.values()) reached.appends += entries.length;
  for (const name of ['repaired', 'droppedDuplicates', 'replayed', 'slowSockets'] as const) {
    reached[name] += world.count(name);
  }
}
