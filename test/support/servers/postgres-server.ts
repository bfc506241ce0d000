import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasContainerEngine } from './container-engine.js';
import { freePort } from './free-port.js';
import { createDatabase, query } from './postgres-databases.js';
import { findProgram, missingProgram } from '../programs/test-program.js';
import { TEST_PROGRAMS } from '../programs/test-programs.js';
import { ServerProcess } from './server-process.js';
import { unprivilegedUser } from './unprivileged-user.js';

export interface PostgresOptions {
  /**
   * Whether commits wait for the disk. Default: false; commits then survive a killed server but not a power failure.
   */
  readonly durable?: boolean;
}

export interface PostgresServer {
  /** The address of its `postgres` database, for administration. */
  readonly url: string;
  readonly port: number;
  /** Creates an empty database and returns its address. */
  createDatabase(): Promise<string>;
  /** Stops the server (open connections are cut) and deletes its data folder. */
  stop(): Promise<void>;
  /** Stops the server like a crash; `restart` recovers committed data. */
  kill(): Promise<void>;
  /** Starts again on the same port with the same data. Stops first if the server is running. */
  restart(): Promise<void>;
}

/**
 * SIGINT is the fast shutdown, which does not wait for clients. SIGQUIT is the immediate one, which requires crash
 * recovery. After SIGKILL, the backends keep running for a while, and a restart is refused.
 */
const SIGNALS = { stopSignal: 'SIGINT', killSignal: 'SIGQUIT' } as const;
// Not synchronous_commit=off, because then a kill would lose commits.
const FAST = ['-c', 'fsync=off', '-c', 'full_page_writes=off'];

/** Starts a separate PostgreSQL on a free port. If that is not possible, throws an error that says what to install. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'tidings-postgres-'));
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const server = await postgresProcess(directory, port, url, options);
  await server.start();
  return {
    url,
    port,
    createDatabase: () => createDatabase(url),
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
    kill: () => server.kill(),
    restart: async () => {
      await server.stop();
      await server.start();
    },
  };
}

function settings(address: string, port: number, options: PostgresOptions): string[] {
  const values = [`listen_addresses=${address}`, `port=${port}`, 'unix_socket_directories=', 'max_connections=300'];
  const words = values.flatMap((value) => ['-c', value]);
  return [...words, '-c', 'jit=off', ...(options.durable === true ? [] : FAST)];
}

async function postgresProcess(
  directory: string,
  port: number,
  url: string,
  options: PostgresOptions,
): Promise<ServerProcess> {
  const common = { ...SIGNALS, directory, probe: () => query(url, 'select 1') };
  const folder = findProgram(TEST_PROGRAMS.postgres);
  if (folder === null) {
    if (!hasContainerEngine()) throw missingProgram(TEST_PROGRAMS.postgres);
    const name = `tidings-postgres-${port}`;
    const set = ['-p', `127.0.0.1:${port}:${port}`, '-v', `${directory}:/var/lib/postgresql/data`];
    const args = ['run', '--rm', '--name', name, '-e', 'POSTGRES_HOST_AUTH_METHOD=trust', ...set, 'postgres:16'];
    const killCommand = `docker kill ${name}`;
    return new ServerProcess({
      ...common,
      command: 'docker',
      args: [...args, ...settings('*', port, options)],
      killCommand,
    });
  }
  const user = unprivilegedUser();
  if (user) await chown(directory, user.uid, user.gid);
  const initialise = ['-D', directory, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  await promisify(execFile)(join(folder, 'initdb'), initialise, { ...user, cwd: directory });
  const args = ['-D', directory, ...settings('127.0.0.1', port, options)];
  return new ServerProcess({ ...common, command: join(folder, 'postgres'), args, ...(user && { user }) });
}
