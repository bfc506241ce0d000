import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { HostAndPort } from '../../../src/redis/redis-address.js';
import { freePort } from '../../support/servers/free-port.js';
import { startRedis } from '../../support/servers/redis-server.js';
import type { RedisServer } from '../../support/servers/redis-server.js';

const SLOTS = 16_384;
const MASTERS = 3;

export interface RedisCluster {
  readonly nodes: readonly HostAndPort[];
  readonly masters: readonly RedisServer[];
  /** Resolves when every node reports that the cluster works. */
  untilWell(): Promise<void>;
  stop(): Promise<void>;
}

/** Three masters on this machine that share the slots. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const busPorts = await Promise.all(Array.from({ length: MASTERS }, freePort));
  const masters = await Promise.all(busPorts.map(startMaster));
  const clients = masters.map(({ url }) => new Redis(url));
  try {
    const [first] = clients;
    await Promise.all(clients.map(dealSlots));
    for (const [i, { port }] of masters.entries()) {
      if (i > 0) await first?.call('CLUSTER', 'MEET', '127.0.0.1', port, busPorts[i] ?? 0);
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
  const untilWell = async (): Promise<void> => {
    await Promise.all(masters.map(({ url }) => untilFormed(url)));
  };
  await untilWell();
  return {
    untilWell,
    nodes: masters.map(({ port }) => ({ host: '127.0.0.1', port })),
    masters,
    stop: async () => {
      await Promise.all(masters.map((master) => master.stop()));
    },
  };
}

function startMaster(busPort: number): Promise<RedisServer> {
  return startRedis({
    args: ['--cluster-enabled', 'yes', '--cluster-port', String(busPort), '--cluster-node-timeout', '2000'],
  });
}

async function dealSlots(client: Redis, index: number): Promise<void> {
  const from = Math.floor((SLOTS / MASTERS) * index);
  const to = Math.floor((SLOTS / MASTERS) * (index + 1)) - 1;
  await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
  await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
}

async function untilFormed(url: string): Promise<void> {
  const client = new Redis(url);
  let info = '';
  while (!info.includes('cluster_state:ok') || !info.includes(`cluster_known_nodes:${MASTERS}`)) {
    await delay(20);
    info = String(await client.call('CLUSTER', 'INFO'));
  }
  client.disconnect();
}
