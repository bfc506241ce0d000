import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { LastStatement, Queryable } from './transaction.js';

/**
 * Runs transactions with as few round trips to PostgreSQL as possible: `begin` is sent with the first statement, and the last
 * statements with `commit`. A round trip costs both processes more than a short statement.
 */
export class PostgresTransactions {
  private readonly dialect = new PgDialect();
  private readonly sessions = new WeakMap<pg.PoolClient, Queryable>();

  /** @param pool has clients with pipelining. */
  constructor(private readonly pool: pg.Pool) {}

  async run(work: (db: Queryable) => Promise<readonly LastStatement[]>): Promise<void> {
    const client = await this.pool.connect();
    try {
      // Fails only if the connection is broken, and then the next statement fails too.
      client.query('begin').catch(() => undefined);
      await this.commit(client, await work(this.session(client)));
    } catch (error) {
      await client.query('rollback').then(
        () => client.release(),
        (broken: unknown) => client.release(broken as Error),
      );
      throw error;
    }
    client.release();
  }

  /** If a statement has failed, PostgreSQL turns the commit into a rollback. */
  private async commit(client: pg.PoolClient, last: readonly LastStatement[]): Promise<void> {
    const answers = last.map(({ query }) => this.query(client, query));
    const committed = client.query('commit');
    const results = await settled([...answers, committed]);
    if (results.at(-1)?.command === 'ROLLBACK') throw new Error('a statement of the transaction had failed');
    last.forEach(({ answer }, index) => {
      answer(results[index]?.rows ?? []);
    });
  }

  private async query(client: pg.PoolClient, query: LastStatement['query']): Promise<pg.QueryResult> {
    const { sql, params } = this.dialect.sqlToQuery(query);
    try {
      return await client.query(sql, params);
    } catch (error) {
      throw new DrizzleQueryError(sql, params, error as Error);
    }
  }

  private session(client: pg.PoolClient): Queryable {
    let session = this.sessions.get(client);
    if (!session) this.sessions.set(client, (session = drizzle({ client }) as unknown as Queryable));
    return session;
  }
}

/** Waits for all of them, so that no statement is still running when the first failure is thrown. */
async function settled(promises: readonly Promise<pg.QueryResult>[]): Promise<pg.QueryResult[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
