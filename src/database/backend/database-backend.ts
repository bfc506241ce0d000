import type { LastStatement, Queryable } from './transaction.js';

export interface PoolStatistics {
  readonly total: number;
  readonly idle: number;
  /** Number of callers waiting for a connection. */
  readonly waiting: number;
}

/** Pools of connections, named by their users. */
export type PoolName = 'requests' | 'jobs';

/** The operations that PostgreSQL and PGlite implement differently. */
export interface DatabaseBackend {
  readonly db: Queryable;
  /** Resolves after the commit, including the last statements. Rolls back if `work` or a last statement fails. */
  transaction(work: (db: Queryable) => Promise<readonly LastStatement[]>): Promise<void>;
  ping(): Promise<void>;
  /** Statistics of the connections for requests and sockets and of those for jobs; null without pools. */
  pools(): Readonly<Record<PoolName, PoolStatistics>> | null;
  close(): Promise<void>;
}
