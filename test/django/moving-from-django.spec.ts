import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'dotenv';
import { markedBlocks } from '../support/documents/document.js';
import { dropDatabase } from '../support/servers/postgres-databases.js';
import { startRedis } from '../support/servers/redis-server.js';
import type { RedisServer } from '../support/servers/redis-server.js';
import { must, rest } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import { startNode } from '../support/stack.js';
import type { Node } from '../support/stack.js';
import { createTestDatabase } from '../support/servers/test-databases.js';
import { DjangoProject } from './support/django-project.js';
import { expectQuiet } from './support/neighbours.js';
import { startSite } from './support/nginx-site.js';
import type { NginxSite } from './support/nginx-site.js';

const DOCUMENT = 'docs/moving-from-django.md';
const IGNORE = { ignore: ['unread_count', 'presence'] };
const HELLO = { type: 'notification', notification: { title: 'Hello', message: 'From Django' } };

/** The only block of the page with this label. */
function page(label: string): string {
  const [block, ...more] = markedBlocks(DOCUMENT, 'moving').filter((one) => one.label === label);
  if (!block || more.length > 0) throw new Error(`${DOCUMENT} must have one block "${label}"`);
  return block.text;
}

const IN_A_ROW = 20;

describe(`${DOCUMENT}, step by step`, () => {
  let redis: RedisServer;
  let database: string;
  let django: DjangoProject;
  let tidings: Node;
  let site: NginxSite;
  let tokens: { carla: string; ada: string };
  let onDjango: SocketClient;
  let onTidings: SocketClient;

  beforeAll(async () => {
    redis = await startRedis();
    database = await createTestDatabase();
    const secret = parse(page('env')).JWT_SECRET ?? '';
    django = await DjangoProject.start({ redisUrl: redis.url, wire: 'core', secret });
    tokens = { carla: await django.token('carla'), ada: await django.tokenWithRole('ada') };
  }, 120_000);
  afterAll(async () => {
    await site.stop();
    await Promise.all([tidings.app.close(), django.stop()]);
    await Promise.all([redis.stop(), dropDatabase(database)]);
  });

  /** Opens a socket through nginx, like every client. */
  const come = (path: string): Promise<SocketClient> =>
    open(site.url + path, { token: tokens.carla, origin: 'http://www.example.com', ...IGNORE });
  const notify = (title: string): Promise<unknown> =>
    must(tidings.url, 'POST /api/notifications/', {
      token: tokens.ada,
      body: { user_id: '1', notification_type: 'x', title, message: 'm' },
    });
  /** Whether the new workers of nginx answer: this path does not exist in Django, and requires a token in Tidings. */
  const reloaded = async (status: 401 | 404): Promise<void> => {
    site.reload();
    await settled('GET /api/notifications/', status);
  };
  /**
   * Old and new workers answer at the same time for a moment. Only several new answers in a row prove that the old ones
   * have stopped.
   */
  const settled = async (line: string, status: 401 | 404): Promise<void> => {
    for (let inARow = 0; inARow < IN_A_ROW; inARow = (await rest(site.url, line)).status === status ? inARow + 1 : 0) {
      await delay(20);
    }
  };

  it('2: Tidings starts with the .env of the page', async () => {
    const environment = parse(page('env').replace('redis://127.0.0.1:6379', redis.url));
    tidings = await startNode({ ...environment, DATABASE_URL: database, PORT: '0' });
    expect(await must(tidings.url, 'GET /health/ready')).toMatchObject({ status: 'ok' });
  }, 60_000);

  it("3: both sides receive each other's messages", async () => {
    const socket = await open(`${tidings.url}/ws/notifications/`, { token: tokens.carla });
    await socket.expectMessage('connection_established');
    await django.shell(page('publish'));
    await socket.expectMessage(HELLO);
    await expectQuiet(socket);
    await socket.close();
  }, 60_000);

  it('4: nginx sends all requests to Django', async () => {
    const tidingsPort = Number(new URL(tidings.url).port);
    site = await startSite(page('site'), { django: django.port, tidings: tidingsPort });
    const socket = await come('/ws/notifications/');
    await django.groupSend('user_1', { type: 'notification_message', notification: { title: 'as ever' } });
    await socket.expectMessage({ type: 'notification', notification: { title: 'as ever' } });
    await socket.close();
  });

  it('5: notifications move, open sockets stay with Django, and both receive the messages of either side', async () => {
    const early = await come('/ws/notifications/');
    site.write('notifications.conf', page('moved'));
    await reloaded(401);
    const late = await come('/ws/notifications/');
    await late.expectMessage('connection_established');
    await django.shell(page('publish'));
    for (const socket of [early, late]) await socket.expectMessage(HELLO);
    await notify('from Tidings');
    for (const socket of [early, late]) {
      await socket.expectMessage({ type: 'notification', notification: { title: 'from Tidings' } });
    }
    await expectQuiet(early, late);
    const list = await must<{ results: unknown[] }>(site.url, 'GET /api/notifications/', { token: tokens.carla });
    expect(list.results).toMatchObject([{ title: 'from Tidings' }]);
  }, 60_000);

  it('5: endpoints that have not moved stay with Django', async () => {
    const socket = await come('/ws/orders/12/');
    await django.groupSend('order_12', { type: 'order_update', data: { status: 'ready' } });
    await socket.expectMessage({ type: 'order_update', update: { status: 'ready' } });
  });

  it('5: orders move one by one, and old ones stay with Django on the same host', async () => {
    site.write('orders.conf', page('orders'));
    await reloaded(401);
    await settled('GET /api/orders/', 401);
    const items = [{ name: 'Shirts', quantity: 1, unit_price: 8.5 }];
    const body = { pickup_address: 'A', delivery_address: 'B', items };
    const { id } = await must<{ id: string }>(site.url, 'POST /api/orders/', { token: tokens.carla, body });
    [onDjango, onTidings] = [await come('/ws/orders/12/'), await come(`/ws/orders/${id}/`)];
    await onTidings.expectMessage({ type: 'connection_established', order: { id } });
    for (const [order, socket] of [
      ['12', onDjango],
      [id, onTidings],
    ] as const) {
      await django.groupSend(`order_${order}`, { type: 'order_update', data: { status: order } });
      await socket.expectMessage({ type: 'order_update', update: { status: order } });
    }
  });

  it('6: notifications move back', async () => {
    site.write('notifications.conf', null);
    site.write('orders.conf', null);
    await reloaded(404);
    const socket = await come('/ws/notifications/?since=anything');
    await notify('Tidings still runs');
    await socket.expectMessage({ type: 'notification', notification: { title: 'Tidings still runs' } });
    await django.shell(page('publish'));
    await socket.expectMessage(HELLO);
    await expectQuiet(socket);
  }, 60_000);
});
