import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Database } from '../../../src/database/database.js';
import { MIGRATIONS_FOLDER } from '../../../src/database/backend/migrations-folder.js';
import { dropDatabasesOfRun } from './postgres-databases.js';
import { startPostgres } from './postgres-server.js';
import { startRedis } from './redis-server.js';

interface Started {
  readonly url: string;
  stop(): Promise<void>;
}

/** Where specs ask for the shared servers; set by the global set-up, inherited by jest's workers. */
const BROKER = 'TIDINGS_TEST_BROKER';
const PACKAGES = join(import.meta.dirname, '../../../node_modules');

/**
 * One Redis and one PostgreSQL for a whole jest run, started when the first spec asks, whichever worker that is in:
 * hence held by jest's main process and asked for over HTTP.
 */
export class SharedServers {
  private readonly servers = new Map<string, Promise<Started>>();
  private readonly broker: Server = createServer((request, response) => {
    const kind = (request.url ?? '').slice(1);
    this.obtain(kind).then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });

  async listen(): Promise<void> {
    // A kept connection that is closed while a worker asks on it again fails that worker's spec.
    this.broker.keepAliveTimeout = 3_600_000;
    await new Promise<void>((resolve) => this.broker.listen(0, '127.0.0.1', resolve));
    process.env[BROKER] = `http://127.0.0.1:${(this.broker.address() as AddressInfo).port}`;
  }

  /** Creates the migrated PGlite before the first spec, whose deadline it might exceed on a busy machine. */
  async prepare(): Promise<void> {
    await this.obtain('pglite');
  }

  async stop(): Promise<void> {
    this.broker.closeAllConnections();
    this.broker.close();
    const stopped = [...this.servers.values()].map((server) => server.then((started) => started.stop()));
    await Promise.allSettled(stopped);
  }

  private obtain(kind: string): Promise<Started> {
    const known = this.servers.get(kind);
    if (known) return known;
    const starting = OBTAIN[kind as keyof typeof OBTAIN]();
    this.servers.set(kind, starting);
    return starting;
  }
}

/** A folder with a migrated PGlite, to be copied and never opened. */
export function sharedPgliteFolder(): Promise<string> {
  return ask('pglite');
}

/** The Redis of this jest run. Share it by prefix; who wants to stop or flush one takes `startRedis()`. */
export function sharedRedisUrl(): Promise<string> {
  return ask('redis');
}

/** The PostgreSQL of this jest run. Specs take `createTestDatabase()`. */
export function sharedPostgresUrl(): Promise<string> {
  return ask('postgres');
}

async function ask(kind: keyof typeof OBTAIN): Promise<string> {
  const broker = process.env[BROKER];
  if (broker === undefined) throw new Error('no shared servers: this spec does not run under jest.config.js');
  const response = await fetch(`${broker}/${kind}`);
  const answer = await response.text();
  if (!response.ok) throw new Error(answer);
  return answer;
}

function obtainRedis(): Promise<Started> {
  const url = given('TEST_REDIS_URL');
  return url === null ? startRedis() : Promise.resolve({ url, stop: () => Promise.resolve() });
}

function obtainPostgres(): Promise<Started> {
  const url = given('TEST_DATABASE_URL');
  return url === null ? startPostgres() : Promise.resolve({ url, stop: () => dropDatabasesOfRun(url) });
}

/**
 * Kept between runs: to create one takes seconds. Named after the migrations that are in it and the release of PGlite. Filled under
 * another name, so that a run that is interrupted leaves nothing that looks finished.
 */
async function obtainPglite(): Promise<Started> {
  const key = createHash('sha256').update(readFileSync(join(MIGRATIONS_FOLDER, 'meta/_journal.json')));
  key.update(readFileSync(join(PACKAGES, '@electric-sql/pglite/package.json')));
  const folder = join(PACKAGES, '.cache/tidings-tests', `pglite-${key.digest('hex').slice(0, 16)}`);
  if (!existsSync(folder)) {
    const draft = `${folder}.${String(process.pid)}`;
    await mkdir(draft, { recursive: true });
    await (await Database.open(`pglite://${draft}`)).close();
    await rename(draft, folder).catch(() => rm(draft, { recursive: true, force: true }));
  }
  return { url: folder, stop: () => Promise.resolve() };
}

const OBTAIN = { redis: obtainRedis, postgres: obtainPostgres, pglite: obtainPglite };

function given(variable: string): string | null {
  const url = process.env[variable];
  return url === undefined || url === '' ? null : url;
}
