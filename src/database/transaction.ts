import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** Drizzle over the pool or over one transaction: what repositories take, so that both work. */
export type Queryable = PgDatabase<PgQueryResultHKT>;

type Hook = () => void | Promise<void>;

/**
 * One unit of work. `beforeCommit` hooks run last inside the transaction, in the order they were given (a hook may add
 * further ones); an error in one rolls everything back. `afterCommit` hooks run once the commit is certain; their errors
 * are logged and change nothing.
 */
export class Transaction {
  private readonly before: Hook[] = [];
  private readonly after: Hook[] = [];

  constructor(readonly db: Queryable) {}

  beforeCommit(hook: Hook): void {
    this.before.push(hook);
  }

  afterCommit(hook: Hook): void {
    this.after.push(hook);
  }

  /** For `Database` only. */
  async runBeforeCommit(): Promise<void> {
    for (let hook = this.before.shift(); hook; hook = this.before.shift()) await hook();
  }

  /** For `Database` only. */
  takeAfterCommit(): Hook[] {
    return this.after.splice(0);
  }
}
