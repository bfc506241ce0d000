import { Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { databaseLocation } from '../config/values/database-location.js';
import { loggable } from '../errors/error/loggable.js';
import { onPool } from './backend/current-pool.js';
import type { DatabaseBackend, PoolName, PoolStatistics } from './backend/database-backend.js';
import { DatabaseStartFailed } from './backend/database-start-failed.js';
import { openPostgres } from './backend/postgres-backend.js';
import type { PoolSizes } from './backend/postgres-backend.js';
import { Once } from './once/once.js';
import type { OnceKey } from './once/once.js';
import { Transaction } from './backend/transaction.js';
import type { Queryable } from './backend/transaction.js';

const PING_TIMEOUT_MS = 2000;

export interface TransactionOptions {
  /** Does the work once, as the documentation of `transaction` describes. Null or absent: an ordinary transaction. */
  readonly once?: OnceKey | null;
}

/** Access to the data in PostgreSQL or PGlite. Both run the same SQL. */
export class Database implements OnApplicationShutdown {
  private readonly logger = new Logger(Database.name);
  private readonly running = new Set<Promise<void>>();
  private readonly once: Once;
  private closing: Promise<void> | undefined;

  private constructor(private readonly backend: DatabaseBackend) {
    this.once = new Once(backend);
  }

  /**
   * Connects and applies missing migrations. Any number of processes may do so at once. Throws DatabaseStartFailed, whose message
   * is one line for the operator. PGlite has one connection and ignores `sizes`, the sizes of the pools.
   */
  static async open(databaseUrl: string, sizes?: PoolSizes): Promise<Database> {
    const location = databaseLocation(databaseUrl);
    if (location === null) throw new DatabaseStartFailed('DATABASE_URL is not a valid database URL.');
    if (location.kind === 'server') return new Database(await openPostgres(location.url, sizes));
    // Loaded only if it is used, because loading takes time and memory.
    const { openPglite } = await import('./backend/pglite-backend.js');
    return new Database(await openPglite(location));
  }

  /**
   * For single statements outside a transaction. Inside a transaction, use `tx.db`: this is another connection. PGlite has only one
   * connection, so waiting for it inside a transaction would be a deadlock; this getter then throws.
   */
  get db(): Queryable {
    return this.backend.db;
  }

  /** Connections of this process by pool; null on PGlite, which has one connection. */
  get pools(): Readonly<Record<PoolName, PoolStatistics>> | null {
    return this.backend.pools();
  }

  /**
   * Runs `work` on the connections for jobs, so that jobs never take the connections of requests and sockets. Does not apply to
   * hooks that run after a commit of `work`.
   */
  asJob<T>(work: () => Promise<T>): Promise<T> {
    return onPool('jobs', work);
  }

  /**
   * Runs `work` and its beforeCommit hooks in one transaction, and rolls back if any of them throws. After the commit, starts the
   * afterCommit hooks in order without awaiting them. Do not call this inside another transaction; pass the outer `tx` on instead.
   * On PostgreSQL the inner transaction would commit independently; on PGlite, which runs one transaction at a time, it throws.
   *
   * With `once`, returns the stored response if work with this key was committed in the last 24 hours. So the response must be
   * representable as JSON. Throws `conflict` while work with the key is still running, here or on another node, and
   * `unprocessable` if the key was used with other content.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, { once = null }: TransactionOptions = {}): Promise<T> {
    if (once === null) return this.run(work);
    return this.once.run(once, work, (wrapped) => this.run(wrapped));
  }

  private async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    let done: { readonly tx: Transaction; readonly value: T } | undefined;
    await this.backend.transaction(async (db) => {
      const tx = new Transaction(db);
      const value = await work(tx);
      await tx.runBeforeCommit();
      done = { tx, value };
      return tx.takeLast();
    });
    if (!done) throw new Error('a transaction was committed before its work was done');
    for (const hook of done.tx.takeAfterCommit()) this.start(hook);
    return done.value;
  }

  /** Resolves when the database answers. Rejects if it does not answer within 2 seconds. */
  async ping(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer from the database within ${PING_TIMEOUT_MS} ms`)),
        PING_TIMEOUT_MS,
      );
    });
    await Promise.race([this.backend.ping(), late]).finally(() => clearTimeout(timer));
  }

  /** Waits for running afterCommit hooks. */
  async settle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Waits for the hooks, then closes all connections. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.settle().then(() => this.backend.close());
    return this.closing;
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  private start(hook: () => void | Promise<void>): void {
    const running = onPool('requests', async () => hook())
      .catch((error: unknown) => this.logger.error('an afterCommit hook failed', loggable(error)))
      .finally(() => this.running.delete(running));
    this.running.add(running);
  }
}
