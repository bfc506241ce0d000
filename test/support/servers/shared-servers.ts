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

/** The address of the shared servers. The global set-up sets it, and jest's workers inherit it. */
const BROKER = 'TIDINGS_TEST_BROKER';
const PACKAGES = join(import.meta.dirname, '../../../node_modules');

/**
 * One Redis and one PostgreSQL for a whole jest run, started when the first spec requests them. Specs run in several
 * workers, so jest's main process owns the servers, and workers request them over HTTP.
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
    // If the server closed an idle connection just when a worker sends a request on it, the worker's spec would fail.
    this.broker.keepAliveTimeout = 3_600_000;
    await new Promise<void>((resolve) => this.broker.listen(0, '127.0.0.1', resolve));
    process.env[BROKER] = `http://127.0.0.1:${(this.broker.address() as AddressInfo).port}`;
  }

  /**
   * Creates the migrated PGlite before the first spec, because it might exceed the deadline of that spec on a busy
   * machine.
   */
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

/** A folder with a migrated PGlite. Copy it, and do not open it. */
export function sharedPgliteFolder(): Promise<string> {
  return ask('pglite');
}

/**
 * The Redis of this jest run. Specs share it with different prefixes. A spec that stops or floods a Redis calls
 * `startRedis()`.
 */
export function sharedRedisUrl(): Promise<string> {
  return ask('redis');
}

/** The PostgreSQL of this jest run. Specs call `createTestDatabase()`. */
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
 * Kept between runs, because creating one takes seconds. It is named after its migrations and the release of PGlite. It
 * is created under another name, so that an interrupted run leaves nothing that looks complete.
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
