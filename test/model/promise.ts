import { jest } from '@jest/globals';
import type { Message } from '../../src/channel-layer/interface/message.js';
import type { Step } from './history.js';
import { play } from './history.js';
import { MemoryLog, MemoryReader } from './memory-log.js';
import { Questions } from './questions.js';
import { World } from './world.js';

/** What happened in the histories played, to see that they reach what they are meant to. */
export const reached = { histories: 0, appends: 0, repaired: 0, droppedDuplicates: 0, replayed: 0, slowSockets: 0 };

/** Timers stand still until a history lets time pass; what runs by itself is turns of the event loop. */
export function useStandingTime(): void {
  jest.useFakeTimers({
    doNotFake: ['setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'],
  });
}

/**
 * The model: whatever happens, each client's messages over all its connections are, by stream, the log from where the client
 * first came: none missing, none twice, in order. Checked after each step as far as it goes, and whole once all is well again.
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

/** What each client has is a beginning of what it must have. */
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
