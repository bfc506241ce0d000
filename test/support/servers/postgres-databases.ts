import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { databasePrefix } from '../test-run.js';

/** Executes one statement on a separate connection. */
export async function query(url: string, statement: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Creates a database on the server of `url`, empty or as a copy of `template`. Returns its address. */
export async function createDatabase(url: string, template?: string): Promise<string> {
  const name = `${databasePrefix()}${randomBytes(6).toString('hex')}`;
  await query(url, `create database ${name}${template === undefined ? '' : ` template ${template}`}`);
  return databaseUrl(url, name);
}

/** Drops a database of `createDatabase`, even if it has connections. */
export async function dropDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await query(databaseUrl(url, 'postgres'), `drop database if exists ${name} with (force)`);
}

/** Drops the databases that the specs of this run left on the server of `url`. */
export async function dropDatabasesOfRun(url: string): Promise<void> {
  const rows = await query(url, `select datname from pg_database where starts_with(datname, '${databasePrefix()}')`);
  for (const { datname } of rows) await dropDatabase(databaseUrl(url, String(datname)));
}

/** The address of another database on the same server. */
export function databaseUrl(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}
