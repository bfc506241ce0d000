import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { hasContainerEngine } from './container-engine.js';
import { freePort } from './free-port.js';
import { findProgram, missingProgram } from '../programs/test-program.js';
import { TEST_PROGRAMS } from '../programs/test-programs.js';
import { ServerProcess } from './server-process.js';

export interface RedisOptions {
  /**
   * Whether every write reaches the disk before its answer. Default: false; writes then survive a killed server but not
   * a power failure.
   */
  readonly durable?: boolean;
  /** Further arguments for redis-server, such as `--cluster-enabled yes`. */
  readonly args?: readonly string[];
}

export interface RedisServer {
  /** `redis://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** Stops the server and deletes its data folder. */
  stop(): Promise<void>;
  /** SIGKILL: connections break. */
  kill(): Promise<void>;
  /** Starts again on the same port, with its data, or without data if `empty`. Stops first if the server is running. */
  restart(options?: { readonly empty?: boolean }): Promise<void>;
}

/** Starts a separate Redis on a free port. If that is not possible, throws an error that says what to install. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), 'tidings-redis-'));
  const port = await freePort();
  const server = redisProcess(directory, port, options);
  await server.start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
    kill: () => server.kill(),
    restart: async ({ empty = false } = {}) => {
      await server.stop();
      if (empty) await rm(join(directory, 'appendonlydir'), { recursive: true, force: true });
      await server.start();
    },
  };
}

function redisProcess(directory: string, port: number, options: RedisOptions): ServerProcess {
  const folder = findProgram(TEST_PROGRAMS.redis);
  const common = { stopSignal: 'SIGTERM', directory, probe: () => ping(port) } as const;
  const words = (address: string, data: string): string[] => [
    '--bind',
    address,
    '--protected-mode',
    'no',
    '--port',
    String(port),
    '--dir',
    data,
    '--save',
    '',
    '--appendonly',
    'yes',
    '--appendfsync',
    options.durable === true ? 'always' : 'no',
    ...(options.args ?? []),
  ];
  if (folder !== null) {
    return new ServerProcess({ ...common, command: join(folder, 'redis-server'), args: words('127.0.0.1', directory) });
  }
  if (!hasContainerEngine()) throw missingProgram(TEST_PROGRAMS.redis);
  const name = `tidings-redis-${port}`;
  const mounts = ['-p', `127.0.0.1:${port}:${port}`, '-v', `${directory}:/data`];
  const args = ['run', '--rm', '--name', name, ...mounts, 'redis:7', 'redis-server', ...words('0.0.0.0', '/data')];
  return new ServerProcess({ ...common, command: 'docker', args, killCommand: `docker kill ${name}` });
}

async function ping(port: number): Promise<void> {
  const client = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
