import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisLink } from '../../src/channel-layer/redis/redis-link.js';
import { startRedis } from '../support/servers/redis-server.js';
import type { RedisServer } from '../support/servers/redis-server.js';

let redis: RedisServer;
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(() => redis.stop());

function link(): RedisLink {
  const client = new Redis(redis.url, { lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null });
  return new RedisLink(client, 'link', () => undefined);
}

it('reconnects even after the client itself has given up', async () => {
  const one = link();
  one.start();
  await one.untilReady(60_000);
  const returned = new Promise<void>((resolve) => one.onReconnect(resolve));
  await redis.restart();
  await returned;
  expect(await one.call('PING')).toBe('PONG');
  await one.close(1000);
});

it('does not reconnect once closed, not even immediately before a reconnect', async () => {
  const one = link();
  await redis.stop();
  const ended = new Promise<void>((resolve) => one.client.once('end', resolve));
  one.start();
  await ended;
  await one.close(0);
  expect(one.client.status).toBe('end');
});

it('keeps no memory of a wait that has timed out', async () => {
  const one = link();
  await Promise.all([one.untilReady(1), one.untilReady(2)]);
  expect(one.waiters).toBe(0);
  const waiting = one.untilReady(60_000);
  expect(one.waiters).toBe(1);
  one.start();
  await waiting;
  expect([one.waiters, one.ready]).toEqual([0, true]);
  await one.close(0);
});
