import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { Audience } from '../../src/realtime/fan-out/audience.js';
import { Resume } from '../../src/realtime/fan-out/resume.js';
import { FollowedStream } from '../../src/streams/follow/followed-stream.js';
import { StreamFollower } from '../../src/streams/follow/stream-follower.js';
import { histories } from './history.js';
import { keepsThePromise, useStandingTime } from './promise.js';

type Prototype = Record<string, unknown>;
const SEED = 5;
const RUNS = 500;

/** The disabled mechanism, the method that implements it, and the replacement. */
const MUTATIONS: readonly (readonly [string, { prototype: object }, string, (...given: never[]) => unknown])[] = [
  ['becoming live only at the position of the fan-out', Audience, 'isAt', () => true],
  ['repair, periodically and after a reconnect', StreamFollower, 'repair', () => Promise.resolve()],
  ['reading the gap before newer messages', FollowedStream, 'offer', deliverWhatIsNewer],
  ['the position check', FollowedStream, 'offer', deliverAnything],
  [
    'waiting until the fan-out has reached the position that a client resumes from',
    FollowedStream,
    'reached',
    () => Promise.resolve(),
  ],
  ['reading the log from the position that a client resumes from', Resume, 'find', resumeFromNow],
  ['remembering the position of a slow socket', Audience, 'positions', () => [0, 0]],
];

describe('the model detects when this is disabled', () => {
  let restore: () => void;

  beforeAll(() => {
    Logger.overrideLogger(false);
    useStandingTime();
  });

  afterEach(() => {
    restore();
  });

  afterAll(() => {
    jest.useRealTimers();
  });

  it.each(MUTATIONS)(
    '%s',
    async (_name, { prototype }, method, instead) => {
      const original = (prototype as Prototype)[method];
      restore = () => ((prototype as Prototype)[method] = original);
      (prototype as Prototype)[method] = instead;
      const { failed, numRuns, errorInstance } = await fc.check(fc.asyncProperty(histories, keepsThePromise), {
        seed: SEED,
        numRuns: RUNS,
        endOnFailure: true,
      });
      process.stdout.write(`mutation seen after ${numRuns} histories: ${_name}: ${String(errorInstance)}\n`);
      expect(failed).toBe(true);
    },
    600_000,
  );
});

interface Insides {
  last: number;
  readonly name: string;
  readonly deliver: (stream: string, position: number, message: unknown) => void;
}

function deliverAnything(this: Insides, position: number, message: unknown): void {
  this.last = position;
  this.deliver(this.name, position, message);
}

function deliverWhatIsNewer(this: Insides, position: number, message: unknown): void {
  if (position > this.last) deliverAnything.call(this, position, message);
}

function resumeFromNow(audience: Audience): Promise<unknown> {
  return Promise.resolve({ from: audience.positions(), resumed: true, replayed: 0 });
}
