import DataLoader from 'dataloader';
import { onPool } from './current-pool.js';

/** Keys in one query that make a crowd of it: a single handshake asks for two streams at once. */
const CROWD = 8;
/** A crowd waits for ten times as long as its last query took: what is busy is asked less often, for more at once. */
const CROWD_PATIENCE = 10;
const SHORTEST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 250;

/**
 * Look-ups that gather and go as one: for one turn of the event loop, while a query is on its way, and in a crowd (when the
 * last query asked for eight or more) for ten times as long as that took. Thousands of sockets that come back at once cost
 * tens of queries, and each of them less than a sixth of what it would alone; a few never wait. Nothing is cached.
 *
 * @param load answers in the order of the keys, among which some may be equal.
 * @param maxBatchSize keys of one query.
 */
export function gatheringLoader<Key, Value>(
  load: (keys: readonly Key[]) => Promise<Value[]>,
  maxBatchSize: number,
): DataLoader<Key, Value> {
  let onItsWay: Promise<unknown> = Promise.resolve();
  /** Until when a crowd gathers, by `performance.now()`. */
  let gatherUntil = 0;
  const loadAll = (keys: readonly Key[]): Promise<Value[]> => {
    const sentAt = performance.now();
    // A job among those who ask must not make the others wait for the connections of jobs.
    const answer = onPool('requests', () => load(keys));
    onItsWay = answer
      .catch(() => undefined)
      .then(() => {
        if (keys.length < CROWD) return;
        const now = performance.now();
        const wait = (now - sentAt) * CROWD_PATIENCE;
        gatherUntil = now + Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, wait));
      });
    return answer;
  };
  const schedule = (dispatch: () => void): void => {
    // setImmediate, not dataloader's own microtask: each socket's bytes arrive in a callback of their own.
    setImmediate(() => {
      void onItsWay.then(() => {
        const wait = gatherUntil - performance.now();
        if (wait > 0) setTimeout(dispatch, wait);
        else dispatch();
      });
    });
  };
  return new DataLoader<Key, Value>(loadAll, { cache: false, maxBatchSize, batchScheduleFn: schedule });
}
