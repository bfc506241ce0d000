import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { LimiterRedis } from '../../src/auth/limits/limiter-redis.js';
import { loadSettings } from '../../src/config/load-settings.js';

const TLS_HANDSHAKE = 0x16;

let server: Server;
let limiter: LimiterRedis;
afterEach(() => {
  limiter.onApplicationShutdown();
  server.close();
});

/** The first byte that the limiter sends to a server with the role that `environment` gives it. */
async function firstByte(environment: (address: string) => Record<string, string>): Promise<number | undefined> {
  Logger.overrideLogger(false);
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const base = { NODE_ENV: 'test', DATABASE_URL: 'pglite://memory' };
  limiter = new LimiterRedis(loadSettings({ ...base, ...environment(address) }));
  const [socket] = await connected;
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return chunk[0];
}

it.each<[string, (address: string) => Record<string, string>]>([
  ['Redis', (address) => ({ REDIS_URL: `rediss://${address}` })],
  [
    'sentinels',
    (address) => ({ REDIS_URL: 'rediss://redis', REDIS_SENTINELS: address, REDIS_SENTINEL_NAME: 'tidings' }),
  ],
  ['the nodes of a cluster', (address) => ({ REDIS_URL: 'rediss://redis', REDIS_CLUSTER_NODES: address })],
])('the limits connect to %s over TLS if REDIS_URL is rediss://', async (_, environment) => {
  expect(await firstByte(environment)).toBe(TLS_HANDSHAKE);
});

it('the limits connect without TLS if REDIS_URL is redis://', async () => {
  expect(await firstByte((address) => ({ REDIS_URL: `redis://${address}` }))).not.toBe(TLS_HANDSHAKE);
});
