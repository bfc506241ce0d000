import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { query } from './postgres-databases.js';
import { startPostgres } from './postgres-server.js';
import type { PostgresServer } from './postgres-server.js';
import { startRedis } from './redis-server.js';
import type { RedisServer } from './redis-server.js';
import { sharedPostgresUrl, sharedRedisUrl } from './shared-servers.js';

describe('startRedis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  it('keeps its data after a crash and loses it on request', async () => {
    const write = new Redis(server.url);
    await write.set('key', 'value');
    write.disconnect();
    await server.kill();
    await server.restart();
    const read = new Redis(server.url);
    expect(await read.get('key')).toBe('value');
    read.disconnect();
    await server.restart({ empty: true });
    const empty = new Redis(server.url);
    expect(await empty.get('key')).toBeNull();
    empty.disconnect();
  });
});

describe('startPostgres', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it('recovers committed data after a crash', async () => {
    const url = await server.createDatabase();
    await query(url, 'create table kept as select 1 as value');
    await server.kill();
    await expect(query(url, 'select 1')).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await query(url, 'select value from kept')).toEqual([{ value: 1 }]);
  });
});

describe('the shared servers', () => {
  it('are the same for every caller', async () => {
    const [first, second] = await Promise.all([sharedRedisUrl(), sharedRedisUrl()]);
    expect(second).toBe(first);
    const redis = new Redis(first);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
    expect(await query(await sharedPostgresUrl(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('a parent that is killed', () => {
  it('leaves no server behind', async () => {
    const script = `
      import { startRedis } from './test/support/servers/redis-server.ts';
      startRedis().then((server) => { console.log(server.url); setInterval(() => undefined, 1000); });`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    const [url] = (await once(parent.stdout, 'data')) as [Buffer];
    const client = new Redis(url.toString().trim(), { retryStrategy: () => null });
    client.on('error', () => undefined);
    await client.ping();
    const gone = once(client, 'end');
    parent.kill('SIGKILL');
    await gone;
    expect(client.status).toBe('end');
  });
});
