import { mkdtemp, writeFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { HostAndPort } from '../../../src/channel-layer/channel-layer-options.js';
import { freePort } from '../../support/free-port.js';
import { startRedis } from '../../support/redis-server.js';
import type { RedisServer } from '../../support/redis-server.js';
import { findPrograms } from '../../support/server-binaries.js';
import { ServerProcess } from '../../support/server-process.js';

const NAME = 'tidings';

export interface RedisSentinels {
  readonly name: string;
  readonly sentinels: readonly HostAndPort[];
  readonly master: RedisServer;
  stop(): Promise<void>;
}

/** A master, its replica, and one sentinel that puts the replica in its place half a second after it has gone. */
export async function startRedisSentinels(): Promise<RedisSentinels> {
  const master = await startRedis();
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] });
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'tidings-sentinel-'));
  const sentinel = await sentinelProcess(directory, port, master.port);
  await sentinel.start();
  await untilReplicaKnown(port);
  return {
    name: NAME,
    sentinels: [{ host: '127.0.0.1', port }],
    master,
    stop: async () => {
      await sentinel.stop();
      await Promise.all([master.stop(), replica.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function sentinelProcess(directory: string, port: number, masterPort: number): Promise<ServerProcess> {
  const folder = findPrograms({ programs: ['redis-server'], folders: [], debianPackage: 'redis-server' });
  if (folder === null) throw new Error('The sentinel tests need redis-server on this machine');
  const file = join(directory, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${directory}`,
    `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} 1`,
    `sentinel down-after-milliseconds ${NAME} 500`,
    `sentinel failover-timeout ${NAME} 2000`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  return new ServerProcess({
    command: join(folder, 'redis-server'),
    args: [file, '--sentinel'],
    stopSignal: 'SIGTERM',
    directory,
    probe: () => ask(port, 'PING'),
  });
}

async function untilReplicaKnown(port: number): Promise<void> {
  for (;;) {
    const replicas = (await ask(port, 'SENTINEL', 'REPLICAS', NAME)) as unknown[];
    if (replicas.length > 0) return;
    await delay(50);
  }
}

async function ask(port: number, command: string, ...args: string[]): Promise<unknown> {
  const client = new Redis({ port, lazyConnect: true, retryStrategy: () => null, enableReadyCheck: false });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}
