import type { LastStatement, Queryable } from './transaction.js';

export interface PoolStatistics {
  readonly total: number;
  readonly idle: number;
  /** Callers waiting for a connection. */
  readonly waiting: number;
}

/** Who uses a pool of connections. */
export type PoolName = 'requests' | 'jobs';

/** What PostgreSQL and PGlite do differently. */
export interface DatabaseBackend {
  readonly db: Queryable;
  /** Resolves once committed, the last statements included; rolled back when `work` or one of them fails. */
  transaction(work: (db: Queryable) => Promise<readonly LastStatement[]>): Promise<void>;
  ping(): Promise<void>;
  /** Connections for requests and sockets, and those for jobs; null without pools. */
  pools(): Readonly<Record<PoolName, PoolStatistics>> | null;
  close(): Promise<void>;
}
