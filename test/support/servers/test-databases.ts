import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Database } from '../../../src/database/database.js';
import { MIGRATIONS_FOLDER } from '../../../src/database/backend/migrations-folder.js';
import { createDatabase, databaseUrl } from './postgres-databases.js';
import { sharedPostgresUrl } from './shared-servers.js';

/** Any number works if all specs use the same. */
const TEMPLATE_LOCK = 7_236_401;

/** Creates a migrated database on the shared PostgreSQL and returns its address. */
export async function createTestDatabase(): Promise<string> {
  const url = await sharedPostgresUrl();
  return createDatabase(url, await migratedTemplate(url));
}

/** An empty database on the shared PostgreSQL, for specs about migrations. */
export async function createEmptyDatabase(): Promise<string> {
  return createDatabase(await sharedPostgresUrl());
}

let template: Promise<string> | null = null;

function migratedTemplate(url: string): Promise<string> {
  template ??= makeTemplate(url);
  return template;
}

/** Named after its content, so that a server that outlives the run never supplies an old template. */
async function makeTemplate(url: string): Promise<string> {
  const journal = readFileSync(join(MIGRATIONS_FOLDER, 'meta/_journal.json'));
  const name = `tidings_template_${createHash('sha256').update(journal).digest('hex').slice(0, 16)}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const found = await client.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await fillTemplate(client, url, name);
  } finally {
    await client.end();
  }
  return name;
}

/** Migrated under another name first, because an interrupted run must not leave a template that looks complete. */
async function fillTemplate(client: pg.Client, url: string, name: string): Promise<void> {
  await client.query(`drop database if exists ${name}_draft`);
  await client.query(`create database ${name}_draft`);
  const draft = await Database.open(databaseUrl(url, `${name}_draft`));
  await draft.close();
  await client.query(`alter database ${name}_draft rename to ${name}`);
}
