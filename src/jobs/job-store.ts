import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { ConstructorOptions, Db, fromDrizzle, PgBoss } from 'pg-boss';
import { uuidv7 } from 'uuidv7';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import type { Transaction } from '../database/backend/transaction.js';
import type { EnqueueOptions } from './queue.js';

/** A job that a worker has claimed. */
export interface ClaimedJob {
  readonly id: string;
  readonly data: unknown;
  readonly retryCount: number;
  readonly retryLimit: number;
}

export interface Failure {
  readonly message: string;
  /** False: the job is dead after this failure. */
  readonly retry: boolean;
  /** Replaces the usual delay. Milliseconds. */
  readonly retryAfterMs?: number;
}

const SCHEMA = 'pgboss';

/** A migration creates the tables, and this class has its own timers: pg-boss only provides the SQL of a queue. */
const OPTIONS = { schema: SCHEMA, migrate: false, supervise: false, schedule: false } satisfies ConstructorOptions;

type Boss = Pick<PgBoss, 'insert' | 'fetch' | 'deleteJob' | 'fail' | 'touch' | 'retry' | 'supervise'>;
interface LoadedBoss {
  readonly boss: Boss;
  readonly inside: (tx: Transaction) => Db;
}

/**
 * pg-boss on the service's database. It is loaded for the first job, so a service that sends nothing saves its memory.
 */
@Injectable()
export class JobStore {
  private readonly logger = new Logger('Jobs');
  private readonly transaction = new AsyncLocalStorage<Db>();
  private loading: Promise<LoadedBoss> | undefined;

  constructor(private readonly database: Database) {}

  /** Inserts the jobs in the given order. Ids increase with time, so jobs are processed first in, first out. */
  async insert(tx: Transaction, queue: string, data: readonly unknown[], options: EnqueueOptions): Promise<void> {
    const startAfter = options.startAfter?.toISOString();
    const jobs = data.map((one) => ({
      id: uuidv7(),
      data: one as object,
      ...(startAfter !== undefined && { startAfter }),
      ...(options.key !== undefined && { singletonKey: options.key }),
    }));
    await this.within(tx, (boss, db) => boss.insert(queue, jobs, { db }));
  }

  async claim(queue: string, atMost: number): Promise<ClaimedJob[]> {
    const { boss } = await this.load();
    // Sorting by priority or age would sort the whole backlog for each claim. Ids already increase with age.
    const order = { priority: false, orderByCreatedOn: false };
    return boss.fetch<unknown>(queue, { batchSize: atMost, includeMetadata: true, ...order });
  }

  /** Deletes the row of a finished job. The results of a job are in the tables of its room. */
  async finish(queue: string, ids: readonly string[], tx?: Transaction): Promise<void> {
    if (tx) await this.within(tx, (boss, db) => boss.deleteJob(queue, [...ids], { db }));
    else await (await this.load()).boss.deleteJob(queue, [...ids]);
  }

  /** Returns the job to the queue after a delay. If no attempt is left, the job is dead. */
  async fail(tx: Transaction, queue: string, id: string, failure: Failure): Promise<void> {
    const isThisJob = sql`name = ${queue} AND id = ${id}`;
    if (!failure.retry) await tx.db.execute(sql`UPDATE pgboss.job SET retry_limit = retry_count WHERE ${isThisJob}`);
    await this.within(tx, (boss, db) => boss.fail(queue, id, { message: failure.message }, { db }));
    if (failure.retryAfterMs === undefined) return;
    const pause = sql`make_interval(secs => ${failure.retryAfterMs / 1000}::float8)`;
    await tx.db.execute(
      sql`UPDATE pgboss.job SET start_after = now() + ${pause} WHERE ${isThisJob} AND state = 'retry'`,
    );
  }

  /** Reports that the jobs are still being worked on. */
  async touch(queue: string, ids: readonly string[]): Promise<void> {
    await (await this.load()).boss.touch(queue, [...ids]);
  }

  /** Gives dead jobs one more attempt. */
  async retry(tx: Transaction, queue: string, ids: readonly string[]): Promise<void> {
    await this.within(tx, (boss, db) => boss.retry(queue, [...ids], { db }));
  }

  /** Takes jobs from workers that no longer report progress, and deletes dead jobs that are too old. */
  async supervise(): Promise<void> {
    await (await this.load()).boss.supervise();
  }

  /** Runs pg-boss's scripts (`BEGIN; ...; COMMIT;`) as transactions of this service, because PGlite takes one statement at a time. */
  private executeOutside(over: typeof fromDrizzle, text: string, values: unknown[] = []): Promise<{ rows: unknown[] }> {
    if (!/^\s*BEGIN;/.test(text)) return over(this.database.db as never, sql).executeSql(text, values);
    const statements = text.split(/;\s*(?:\n|$)/).filter((statement) => !/^\s*(?:BEGIN|COMMIT)?\s*$/.test(statement));
    return this.database.transaction(async (tx) => {
      const rows: unknown[] = [];
      for (const statement of statements) rows.push(...(await execute(tx.db, sql.raw(statement))).rows);
      return { rows };
    });
  }

  private async within<T>(tx: Transaction, work: (boss: Boss, db: Db) => Promise<T>): Promise<T> {
    const { boss, inside } = await this.load();
    const db = inside(tx);
    return this.transaction.run(db, () => work(boss, db));
  }

  private load(): Promise<LoadedBoss> {
    this.loading ??= this.loadBoss();
    return this.loading;
  }

  private async loadBoss(): Promise<LoadedBoss> {
    const { PgBoss, fromDrizzle } = await import('pg-boss');
    const outside: Db = { executeSql: (text, values) => this.executeOutside(fromDrizzle, text, values) };
    // pg-boss looks up the options of a queue on its own connection, even for a `send` in a transaction. On PGlite, which has one
    // connection, that would be a deadlock.
    const db: Db = { executeSql: (text, values) => (this.transaction.getStore() ?? outside).executeSql(text, values) };
    const boss = new PgBoss({ ...OPTIONS, db, monitorIntervalSeconds: 5, maintenanceIntervalSeconds: 60 });
    boss.on('error', (error) => this.logger.warn(`pg-boss: ${error.message}`));
    return { boss, inside: (tx) => fromDrizzle(tx.db as never, sql) };
  }
}
