import { Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { databaseLocation } from '../config/values/database-location.js';
import { loggable } from '../errors/loggable.js';
import { onPool } from './current-pool.js';
import type { DatabaseBackend, PoolName, PoolStatistics } from './backend/database-backend.js';
import { DatabaseStartFailed } from './backend/database-start-failed.js';
import { openPostgres } from './backend/postgres-backend.js';
import type { PoolSizes } from './backend/postgres-backend.js';
import { Transaction } from './backend/transaction.js';
import type { Queryable } from './backend/transaction.js';

const PING_TIMEOUT_MS = 2000;

/** The one way to the data: PostgreSQL or PGlite, the same SQL on both. */
export class Database implements OnApplicationShutdown {
  private readonly logger = new Logger(Database.name);
  private readonly running = new Set<Promise<void>>();
  private closing: Promise<void> | undefined;

  private constructor(private readonly backend: DatabaseBackend) {}

  /**
   * Connects and applies the migrations that are missing; any number of processes may do so at once.
   * Throws DatabaseStartFailed, whose message is one line for the person at the terminal. `sizes` of the pools are ignored on
   * PGlite, which has one connection.
   */
  static async open(databaseUrl: string, sizes?: PoolSizes): Promise<Database> {
    const location = databaseLocation(databaseUrl);
    if (location === null) throw new DatabaseStartFailed('DATABASE_URL is no address of a database.');
    if (location.kind === 'server') return new Database(await openPostgres(location.url, sizes));
    // Loaded only where it is used: it costs a start and its memory.
    const { openPglite } = await import('./backend/pglite-backend.js');
    return new Database(await openPglite(location));
  }

  /**
   * For single statements outside a transaction. Inside one use `tx.db`: this is another connection, and on PGlite, which
   * has but one, it would wait for the transaction that waits for it; there it throws instead.
   */
  get db(): Queryable {
    return this.backend.db;
  }

  /** Connections of this process, by pool; null on PGlite, which has one connection. */
  get pools(): Readonly<Record<PoolName, PoolStatistics>> | null {
    return this.backend.pools();
  }

  /**
   * Runs `work` on the connections for jobs, so that however many jobs there are, requests and sockets find a connection. Hooks
   * that run after a commit of `work` are not part of it.
   */
  asJob<T>(work: () => Promise<T>): Promise<T> {
    return onPool('jobs', work);
  }

  /**
   * Runs `work` and its beforeCommit hooks in one transaction, rolled back when any of them throws. After the commit the
   * afterCommit hooks are started in order, not awaited. Never inside another transaction (hand the outer `tx` on instead):
   * the inner one would commit on its own, and on PGlite, which runs one after the other, it throws.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
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

  /** Resolves when the database answers; rejects within 2 seconds when it does not. */
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

  /** Waits for the afterCommit hooks that still run. */
  async settle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Waits for the hooks, then closes every connection. Idempotent. */
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
