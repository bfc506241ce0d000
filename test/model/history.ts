import fc from 'fast-check';
import type { Questions } from './questions.js';
import { BROADCASTS } from './world.js';
import type { World } from './world.js';

/** One step of a history. Numbers are taken modulo the existing items, so that every history can be run and shrunk. */
export type Step =
  | {
      readonly do: 'append';
      readonly stream: string;
      readonly n: number;
      readonly silent: boolean;
      readonly lost: boolean;
    }
  | { readonly do: 'connect'; readonly n: number; readonly node: number }
  | { readonly do: 'disconnect' | 'stall' | 'flow'; readonly n: number }
  | { readonly do: 'deliver'; readonly n: number; readonly how: 'once' | 'double' | 'drop' }
  | { readonly do: 'break' | 'mend' | 'repair' | 'kill'; readonly n: number }
  | { readonly do: 'answer'; readonly n: number; readonly early: boolean }
  | { readonly do: 'fail'; readonly n: number }
  | { readonly do: 'wait'; readonly ms: number };

const n = fc.nat(59);
const step = <T extends Step>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Step> =>
  fc.record(shape) as unknown as fc.Arbitrary<Step>;
type Simple = Exclude<Step['do'], 'append' | 'connect' | 'deliver' | 'answer' | 'wait'>;
const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const simple = (...names: readonly Simple[]): fc.Arbitrary<Step> =>
  fc.record({ do: oneOf(...names), n }).map((made) => made as Step);
const rarely = fc.nat(7).map((value) => value === 7);

const append = step<Extract<Step, { do: 'append' }>>({
  do: oneOf('append'),
  stream: oneOf('user_1', 'user_1', BROADCASTS, BROADCASTS, 'user_2', 'order_1'),
  n,
  silent: rarely,
  lost: rarely,
});

/** Joins, leaves, appends, and all faults of the environment. */
export const histories = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: append },
    { weight: 4, arbitrary: step<Extract<Step, { do: 'connect' }>>({ do: oneOf('connect'), n, node: n }) },
    { weight: 3, arbitrary: simple('disconnect', 'stall', 'flow', 'flow') },
    {
      weight: 10,
      arbitrary: step<Extract<Step, { do: 'deliver' }>>({
        do: oneOf('deliver'),
        n,
        how: oneOf('once', 'once', 'once', 'double', 'drop'),
      }),
    },
    { weight: 1, arbitrary: simple('break', 'mend', 'mend', 'repair', 'kill') },
    { weight: 10, arbitrary: step<Extract<Step, { do: 'answer' }>>({ do: oneOf('answer'), n, early: fc.boolean() }) },
    { weight: 1, arbitrary: step<Extract<Step, { do: 'fail' }>>({ do: oneOf('fail'), n }) },
    { weight: 1, arbitrary: step<Extract<Step, { do: 'wait' }>>({ do: oneOf('wait'), ms: oneOf(500, 1_000, 3_000) }) },
  ),
  { minLength: 20, maxLength: 160, size: 'max' },
);

/** Runs one step. `wait` is for fake timers. */
export async function play(world: World, questions: Questions, now: Step, wait: (ms: number) => void): Promise<void> {
  switch (now.do) {
    case 'append':
      await world.append(now.stream, now.n, now);
      break;
    case 'connect':
      world.client(now.n).connect(world.node(now.node));
      break;
    case 'deliver':
      world.bus.deliver(now.n, now.how);
      break;
    case 'answer':
      questions.answer(now.n, now.early);
      break;
    case 'fail':
      questions.fail(now.n);
      break;
    case 'wait':
      wait(now.ms);
      break;
    default:
      await playOne(world, now.do, now.n);
  }
  await world.settle();
}

async function playOne(world: World, what: string, index: number): Promise<void> {
  if (what === 'disconnect') world.client(index).disconnect();
  if (what === 'stall') world.client(index).stall();
  if (what === 'flow') world.client(index).flow();
  if (what === 'break') world.node(index).end.break();
  if (what === 'mend') world.node(index).end.mend();
  if (what === 'repair') world.node(index).repair();
  if (what === 'kill') await world.killNode(index);
}
