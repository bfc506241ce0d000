import type { Queryable } from './transaction.js';

export interface PoolStatistics {
  readonly total: number;
  readonly idle: number;
  /** Callers waiting for a connection. */
  readonly waiting: number;
}

/** What PostgreSQL and PGlite do differently. */
export interface DatabaseBackend {
  readonly db: Queryable;
  transaction<T>(work: (db: Queryable) => Promise<T>): Promise<T>;
  ping(): Promise<void>;
  pool(): PoolStatistics | null;
  close(): Promise<void>;
}
