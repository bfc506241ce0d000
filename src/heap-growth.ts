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
 * For a process that does background jobs alone: what a job needs lives as long as a provider takes to answer, is old by
 * then in V8's eyes, and is let lie until the heap is four times what is in use. Half as much again as is in use is enough;
 * the collections this costs matter to sockets, and a worker has none.
 */
export function keepHeapTight(): void {
  setFlagsFromString('--heap-growing-percent=50');
}
