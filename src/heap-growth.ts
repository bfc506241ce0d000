import { setFlagsFromString } from 'node:v8';

/**
 * Starting makes much that is needed once; V8 would let the space for new objects grow to its full size for it (two times
 * 16 MiB), and an idle service would keep that for ever: a quarter of its memory. So the space stays small until the
 * service is up, and grows by V8's default factor of 2 when there is something to do. To be imported ahead of everything else.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** To be called once the service is up. */
export function letHeapGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}

/**
 * How much garbage may lie in the heap before all of it is searched, in percent of what is in use. Left to V8 it would be a third
 * where sockets share one core with background jobs, and messages would wait for a search every two seconds.
 *
 * A process that does background jobs alone is kept tighter: what a job needs lives as long as a provider takes to answer, is
 * old by then in V8's eyes, and would be let lie until the heap is four times what is in use; nobody there waits for the searches.
 */
export function sizeHeapFor(roles: readonly string[]): void {
  const isWorkerAlone = roles.every((role) => role === 'worker');
  setFlagsFromString(`--heap-growing-percent=${isWorkerAlone ? 50 : 100}`);
}
