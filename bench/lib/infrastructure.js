import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { LOAD_CORE, pinned } from './machine.js';

const START_DEADLINE_MS = 20_000;
const stops = [];

process.on('exit', () => {
  for (const stop of stops) stop();
});

/** A Redis for this run, on the core of the load generator. */
export async function startRedis() {
  const port = await freePort();
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn(...pinned(LOAD_CORE, 'redis-server', words), { stdio: 'ignore' });
  stops.push(() => child.kill('SIGKILL'));
  const url = `redis://127.0.0.1:${port}`;
  await untilAnswers(async () => {
    const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      await redis.ping();
    } finally {
      redis.disconnect();
    }
  });
  return { url, stop: () => end(child, 'SIGTERM') };
}

/** A PostgreSQL for this run, on the core of the load generator. As in production, commits wait for the disk. */
export async function startPostgres() {
  const folder = findPostgres();
  const directory = mkdtempSync(join(tmpdir(), 'tidings-bench-postgres-'));
  const user = unprivilegedUser();
  if (user) chownSync(directory, user.uid, user.gid);
  const options = { ...user, cwd: directory, stdio: 'ignore' };
  const data = join(directory, 'data');
  execFileSync(
    join(folder, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    options,
  );
  const port = await freePort();
  const values = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'max_connections=100'];
  const words = ['-D', data, ...values.flatMap((value) => ['-c', value])];
  const child = spawn(...pinned(LOAD_CORE, join(folder, 'postgres'), words), options);
  stops.push(() => child.kill('SIGQUIT'));
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await untilAnswers(() => query(url, 'select 1'));
  const stop = async () => {
    await end(child, 'SIGINT');
    rmSync(directory, { recursive: true, force: true });
  };
  return { url, stop };
}

/** Executes statements on a separate connection and returns the rows of the last one. */
export async function query(url, ...statements) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    let rows = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/** Creates an empty database on the server and returns its URL. */
export async function createDatabase(url, name) {
  await query(url, `drop database if exists ${name} with (force)`, `create database ${name}`);
  return url.replace(/\/[^/]*$/, `/${name}`);
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function end(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

async function untilAnswers(probe) {
  const deadline = Date.now() + START_DEADLINE_MS;
  for (;;) {
    try {
      await probe();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(50);
    }
  }
}

function findPostgres() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort().reverse() : [];
  const folders = [...process.env.PATH.split(':'), ...versions.map((version) => `/usr/lib/postgresql/${version}/bin`)];
  const found = folders.find((folder) => ['initdb', 'postgres'].every((program) => existsSync(join(folder, program))));
  if (!found) throw new Error('the benchmarks need PostgreSQL: install the package postgresql');
  return found;
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser() {
  if (process.getuid() !== 0) return null;
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = ['postgres', 'nobody']
    .map((name) => accounts.find((entry) => entry.startsWith(`${name}:`)))
    .find(Boolean);
  const [, , uid, gid] = line.split(':').map(Number);
  return { uid, gid };
}

/**
 * The number of commands that Redis has executed, without the maintenance commands of its clients (PING, INFO and the
 * like).
 */
export async function publishCount(url) {
  const redis = new Redis(url);
  const info = await redis.info('commandstats');
  await redis.quit();
  const upkeep = /^(ping|info|quit|client|hello|auth|select|config)\b/;
  let total = 0;
  for (const [, name, calls] of info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm))
    if (!upkeep.test(name)) total += Number(calls);
  return total;
}
