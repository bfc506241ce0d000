import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { ConstructorOptions, Db, fromDrizzle, PgBoss } from 'pg-boss';
import { uuidv7 } from 'uuidv7';
import { Database } from '../database/database.js';
import { execute } from '../database/execute.js';
import type { Transaction } from '../database/backend/transaction.js';
import type { EnqueueOptions } from './queue.js';

/** A job as a worker claims it. */
export interface ClaimedJob {
  readonly id: string;
  readonly data: unknown;
  readonly retryCount: number;
  readonly retryLimit: number;
}

export interface Failure {
  readonly message: string;
  /** False: dead at once. */
  readonly retry: boolean;
  /** Replaces the usual pause. Milliseconds. */
  readonly retryAfterMs?: number;
}

const SCHEMA = 'pgboss';

/** The tables are made by a migration, and this class starts its own timers: pg-boss is the SQL of a queue, nothing more. */
const OPTIONS = { schema: SCHEMA, migrate: false, supervise: false, schedule: false } satisfies ConstructorOptions;

type Boss = Pick<PgBoss, 'insert' | 'fetch' | 'deleteJob' | 'fail' | 'touch' | 'retry' | 'supervise'>;
interface LoadedBoss {
  readonly boss: Boss;
  readonly inside: (tx: Transaction) => Db;
}

/** pg-boss on our database, loaded when the first job comes: a service that sends nothing never pays for it. */
@Injectable()
export class JobStore {
  private readonly logger = new Logger('Jobs');
  private readonly transaction = new AsyncLocalStorage<Db>();
  private loading: Promise<LoadedBoss> | undefined;

  constructor(private readonly database: Database) {}

  /** In the order given: ids rise with time, so that the first in is the first out. */
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
    // Neither by priority nor by age: both would sort the whole backlog for each claim, and ids rise with age.
    const order = { priority: false, orderByCreatedOn: false };
    return boss.fetch<unknown>(queue, { batchSize: atMost, includeMetadata: true, ...order });
  }

  /** Done: the row goes. What a job did is in the tables of its room. */
  async finish(queue: string, ids: readonly string[], tx?: Transaction): Promise<void> {
    if (tx) await this.within(tx, (boss, db) => boss.deleteJob(queue, [...ids], { db }));
    else await (await this.load()).boss.deleteJob(queue, [...ids]);
  }

  /** Back to the queue after a pause, or, with no attempt left, dead. */
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

  /** Still being worked on. */
  async touch(queue: string, ids: readonly string[]): Promise<void> {
    await (await this.load()).boss.touch(queue, [...ids]);
  }

  /** Dead jobs get one further attempt. */
  async retry(tx: Transaction, queue: string, ids: readonly string[]): Promise<void> {
    await this.within(tx, (boss, db) => boss.retry(queue, [...ids], { db }));
  }

  /** Takes jobs from workers that are silent, and forgets dead ones that are too old. */
  async supervise(): Promise<void> {
    await (await this.load()).boss.supervise();
  }

  /** pg-boss's scripts (`BEGIN; ...; COMMIT;`) become transactions of ours: PGlite takes one statement at a time. */
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
    // It looks up a queue's options on its own handle, even for a `send` in a transaction; on PGlite, which has one
    // connection, that would wait for the transaction which waits for it.
    const db: Db = { executeSql: (text, values) => (this.transaction.getStore() ?? outside).executeSql(text, values) };
    const boss = new PgBoss({ ...OPTIONS, db, monitorIntervalSeconds: 5, maintenanceIntervalSeconds: 60 });
    boss.on('error', (error) => this.logger.warn(`pg-boss: ${error.message}`));
    return { boss, inside: (tx) => fromDrizzle(tx.db as never, sql) };
  }
}
