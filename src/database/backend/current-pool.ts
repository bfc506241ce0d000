import { AsyncLocalStorage } from 'node:async_hooks';
import type { PoolName } from './database-backend.js';

const pool = new AsyncLocalStorage<PoolName>();

/** The pool from which the running code takes connections. Default: `requests`. */
export function currentPool(): PoolName {
  return pool.getStore() ?? 'requests';
}

/** Runs `work`, including everything that `work` awaits, on connections of this pool. */
export function onPool<T>(name: PoolName, work: () => T): T {
  return pool.run(name, work);
}
