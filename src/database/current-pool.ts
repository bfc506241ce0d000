import { AsyncLocalStorage } from 'node:async_hooks';
import type { PoolName } from './backend/database-backend.js';

const pool = new AsyncLocalStorage<PoolName>();

/** The pool that this code takes its connections from. Default: that of requests. */
export function currentPool(): PoolName {
  return pool.getStore() ?? 'requests';
}

/** Runs `work`, and whatever it awaits, on connections of this pool. */
export function onPool<T>(name: PoolName, work: () => T): T {
  return pool.run(name, work);
}
