import DataLoader from 'dataloader';
import { onPool } from './backend/current-pool.js';

/** From this number of keys in one query on, look-ups count as a crowd. A single handshake needs two streams at once. */
const CROWD = 8;
/** In a crowd, the next query waits for ten times as long as the last one took, so a busy database gets fewer but larger queries. */
const CROWD_PATIENCE = 10;
const SHORTEST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 250;

/**
 * Batches look-ups into one query. A batch collects keys for one turn of the event loop and while a query is running.
 * In a crowd (the last query had eight or more keys), it also collects for ten times as long as that query took.
 * Thousands of sockets that reconnect at once cause tens of queries, and each look-up costs less than a sixth of a
 * separate query. Small numbers of look-ups never wait. Nothing is cached.
 *
 * @param load returns the values in the order of the keys. Keys may be equal.
 * @param maxBatchSize maximum number of keys in one query.
 */
export function gatheringLoader<Key, Value>(
  load: (keys: readonly Key[]) => Promise<Value[]>,
  maxBatchSize: number,
): DataLoader<Key, Value> {
  let pending: Promise<unknown> = Promise.resolve();
  /** End of the collection time of a crowd, by `performance.now()`. */
  let gatherUntil = 0;
  const loadAll = (keys: readonly Key[]): Promise<Value[]> => {
    const sentAt = performance.now();
    // A job among the callers must not make the others wait for connections of the pool for jobs.
    const answer = onPool('requests', () => load(keys));
    pending = answer
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
    // setImmediate instead of dataloader's microtask, because the bytes of each socket arrive in a separate callback.
    setImmediate(() => {
      void pending.then(() => {
        const wait = gatherUntil - performance.now();
        if (wait > 0) setTimeout(dispatch, wait);
        else dispatch();
      });
    });
  };
  return new DataLoader<Key, Value>(loadAll, { cache: false, maxBatchSize, batchScheduleFn: schedule });
}
