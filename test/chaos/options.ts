import { parseArgs } from 'node:util';

export interface Options {
  readonly minutes: number;
  readonly clients: number;
  readonly writes: number;
  readonly seed: number;
}

/** `--minutes 60 --clients 200 --writes 200 --seed 7`. Missing options have the values of the short run. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '1.2' },
      clients: { type: 'string', default: '80' },
      writes: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const { minutes, clients, writes, seed } = values;
  return { minutes: Number(minutes), clients: Number(clients), writes: Number(writes), seed: Number(seed) };
}

/** A generator of numbers from 0 to 1 that depends only on the seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
