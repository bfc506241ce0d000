import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** Drizzle over the pool or over one transaction: what repositories take, so that both work. */
export type Queryable = PgDatabase<PgQueryResultHKT>;

type Hook = () => void | Promise<void>;

/** A statement that travels with the commit. */
export interface LastStatement {
  readonly query: SQL;
  /** Gets what the database answered, before the afterCommit hooks run. Must not throw. */
  readonly answer: (rows: readonly unknown[]) => void;
  /** Statements of a higher rank run after those of a lower one. */
  readonly rank: number;
}

/**
 * One unit of work. `beforeCommit` hooks run last inside the transaction, in the order they were given (a hook may add
 * further ones); an error in one rolls everything back. Then the last statements go to the database together with the
 * commit; when one fails, all is rolled back. `afterCommit` hooks run once the commit is certain; their errors are logged
 * and change nothing.
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
   * Runs `query` after all else, by `rank` (default 0) and in the order given, on the same journey as the commit: row locks it takes are held no longer
   * than the commit itself takes. Nothing can be decided by its answer any more but what to do after the commit.
   */
  atCommit(query: SQL, answer: (rows: readonly unknown[]) => void, rank = 0): void {
    this.last.push({ query, answer, rank });
  }

  afterCommit(hook: Hook): void {
    this.after.push(hook);
  }

  /** For `Database` only. */
  async runBeforeCommit(): Promise<void> {
    for (let hook = this.before.shift(); hook; hook = this.before.shift()) await hook();
  }

  /** For `Database` only. */
  takeLast(): readonly LastStatement[] {
    return this.last.splice(0).sort((left, right) => left.rank - right.rank);
  }

  /** For `Database` only. */
  takeAfterCommit(): Hook[] {
    return this.after.splice(0);
  }
}
