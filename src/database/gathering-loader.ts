import DataLoader from 'dataloader';

/**
 * Look-ups that gather for one turn of the event loop, and further while a query is on its way, and then go as one: thousands
 * of sockets that come back at once cost tens of queries, and the busier the database, the fewer. Nothing is cached.
 *
 * @param load answers in the order of the keys, among which some may be equal.
 * @param maxBatchSize keys of one query.
 */
export function gatheringLoader<Key, Value>(
  load: (keys: readonly Key[]) => Promise<Value[]>,
  maxBatchSize: number,
): DataLoader<Key, Value> {
  let onItsWay: Promise<unknown> = Promise.resolve();
  return new DataLoader<Key, Value>(
    (keys) => {
      const answer = load(keys);
      onItsWay = answer.catch(() => undefined);
      return answer;
    },
    {
      cache: false,
      maxBatchSize,
      // setImmediate, not dataloader's own microtask: each socket's bytes arrive in a callback of their own.
      batchScheduleFn: (dispatch) => setImmediate(() => void onItsWay.then(dispatch)),
    },
  );
}
