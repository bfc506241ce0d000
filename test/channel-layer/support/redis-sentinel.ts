import { mkdtemp, writeFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { HostAndPort } from '../../../src/redis/redis-address.js';
import { freePort } from '../../support/servers/free-port.js';
import { startRedis } from '../../support/servers/redis-server.js';
import type { RedisServer } from '../../support/servers/redis-server.js';
import { findProgram } from '../../support/programs/test-program.js';
import { TEST_PROGRAMS } from '../../support/programs/test-programs.js';
import { ServerProcess } from '../../support/servers/server-process.js';

const NAME = 'tidings';

export interface RedisSentinels {
  readonly name: string;
  readonly sentinels: readonly HostAndPort[];
  readonly master: RedisServer;
  stop(): Promise<void>;
}

/** A master, its replica, and one sentinel that promotes the replica half a second after the master has stopped. */
export async function startRedisSentinels(): Promise<RedisSentinels> {
  // By default a master waits five seconds for further replicas before it sends its data to the first one.
  const master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(master.port)] });
  await untilReplicaInStep(replica.port);
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), 'tidings-sentinel-'));
  const sentinel = await sentinelProcess(directory, port, master.port);
  await sentinel.start();
  await untilReplicaFit(port);
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
  const folder = findProgram(TEST_PROGRAMS.redis);
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

async function untilReplicaInStep(port: number): Promise<void> {
  while (!String(await ask(port, 'INFO', 'replication')).includes('master_link_status:up')) await delay(20);
}

/** The sentinel promotes a replica only after the replica itself has answered it. */
async function untilReplicaFit(port: number): Promise<void> {
  for (;;) {
    const [replica] = (await ask(port, 'SENTINEL', 'REPLICAS', NAME)) as string[][];
    const told = (word: string): string | undefined => replica?.[replica.indexOf(word) + 1];
    if (told('flags') === 'slave' && told('master-link-status') === 'ok') return;
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
