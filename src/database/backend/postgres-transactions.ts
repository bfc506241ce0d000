import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { LastStatement, Queryable } from './transaction.js';

/**
 * Transactions in as few journeys to PostgreSQL as their statements allow: `begin` travels with the first statement, and the
 * last ones with `commit`. Each journey costs both processes more than a short statement does.
 */
export class PostgresTransactions {
  private readonly dialect = new PgDialect();
  private readonly sessions = new WeakMap<pg.PoolClient, Queryable>();

  /** @param pool of pipelining clients. */
  constructor(private readonly pool: pg.Pool) {}

  async run(work: (db: Queryable) => Promise<readonly LastStatement[]>): Promise<void> {
    const client = await this.pool.connect();
    try {
      // Fails with the connection only, and then what follows fails too.
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

  /** After a statement that failed PostgreSQL itself makes a rollback of the commit. */
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

/** All of them, so that none is on its way any more when the first failure is told. */
async function settled(promises: readonly Promise<pg.QueryResult>[]): Promise<pg.QueryResult[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
