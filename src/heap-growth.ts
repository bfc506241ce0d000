import { setFlagsFromString } from 'node:v8';

/**
 * Startup creates many short-lived objects. V8 would let the space for new objects grow to its full size for them (two times 16
 * MiB), and an idle service would keep that memory: a quarter of its total. So the space stays small until the service has started.
 * After that, it grows by V8's default factor of 2 when needed. Import this module before all others.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** Call this when the service has started. */
export function letHeapGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}

/**
 * Sets how much garbage may accumulate before a full garbage collection, in percent of the memory in use. V8's own limit would be a
 * third where sockets share one core with background jobs, so that a collection would delay messages every two seconds.
 *
 * A process that only runs background jobs gets a lower limit. The objects of a job live until the provider answers. V8 then treats
 * them as old, and with its own limit would not collect them until the heap is four times the memory in use. In such a process, no
 * client waits for collections.
 */
export function sizeHeapFor(roles: readonly string[]): void {
  const isWorkerAlone = roles.every((role) => role === 'worker');
  setFlagsFromString(`--heap-growing-percent=${isWorkerAlone ? 50 : 100}`);
}
