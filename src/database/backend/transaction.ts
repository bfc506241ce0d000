import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** Drizzle on the pool or in a transaction. Repositories take this type so that they work with both. */
export type Queryable = PgDatabase<PgQueryResultHKT>;

type Hook = () => void | Promise<void>;

/** A statement that is sent with the commit. */
export interface LastStatement {
  readonly query: SQL;
  /** Receives the rows before the afterCommit hooks run. Must not throw. */
  readonly answer: (rows: readonly unknown[]) => void;
  /** Statements of a higher rank run after those of a lower one. */
  readonly rank: number;
}

/**
 * One unit of work. `beforeCommit` hooks run last inside the transaction, in the order of registration; a hook may add further
 * hooks. An error in a hook rolls everything back. Then the last statements are sent together with the commit; an error in one of
 * them rolls everything back. `afterCommit` hooks run after the commit has succeeded; their errors are logged and change nothing.
 */
export class Transaction {
  private readonly before: Hook[] = [];
  private readonly last: LastStatement[] = [];
  private readonly after: Hook[] = [];

  constructor(readonly db: Queryable) {}

  beforeCommit(hook: Hook): void {
    this.before.push(hook);
  }

  /**
   * Runs `query` after all other statements, sorted by `rank` (default 0) and then by the order of the calls, in the round trip of
   * the commit. So its row locks are held only as long as the commit takes. Its result can only influence what happens after the
   * commit.
   */
  atCommit(query: SQL, answer: (rows: readonly unknown[]) => void, rank = 0): void {
    this.last.push({ query, answer, rank });
  }

  afterCommit(hook: Hook): void {
    this.after.push(hook);
  }

  /** Only `Database` calls this. */
  async runBeforeCommit(): Promise<void> {
    for (let hook = this.before.shift(); hook; hook = this.before.shift()) await hook();
  }

  /** Only `Database` calls this. */
  takeLast(): readonly LastStatement[] {
    return this.last.splice(0).sort((left, right) => left.rank - right.rank);
  }

  /** Only `Database` calls this. */
  takeAfterCommit(): Hook[] {
    return this.after.splice(0);
  }
}
