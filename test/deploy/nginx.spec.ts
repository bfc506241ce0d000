import { randomBytes } from 'node:crypto';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compileSources } from '../support/servers/compiled-sources.js';
import { startNginx } from '../support/servers/nginx-server.js';
import type { NginxServer } from '../support/servers/nginx-server.js';
import { dropDatabase, query } from '../support/servers/postgres-databases.js';
import { must } from '../support/clients/rest.js';
import { startService } from '../support/servers/service-process.js';
import type { ServiceProcess } from '../support/servers/service-process.js';
import { sharedRedisUrl } from '../support/servers/shared-servers.js';
import { open } from '../support/clients/socket-client.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import { createTestDatabase } from '../support/servers/test-databases.js';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

describe('two production nodes behind nginx with deploy/nginx/nginx.conf', () => {
  const cleanUps: (() => unknown)[] = [];
  let database: string;
  let nodes: [ServiceProcess, ServiceProcess];
  let nginx: NginxServer;
  let admin: { id: string; accessToken: string; socketToken: string };

  beforeAll(async () => {
    const compiled = compileSources();
    cleanUps.push(() => compiled.remove());
    database = await createTestDatabase();
    cleanUps.push(() => dropDatabase(database));
    const environment = {
      NODE_ENV: 'production',
      DATABASE_URL: database,
      REDIS_URL: await sharedRedisUrl(),
      CHANNEL_PREFIX: `test-${randomBytes(6).toString('hex')}`,
      JWT_SECRET: randomBytes(32).toString('hex'),
      ALLOWED_HOSTS: 'localhost',
      TRUST_PROXY: 'true',
    };
    nodes = await Promise.all([startService(compiled, environment), startService(compiled, environment)]);
    cleanUps.push(() => Promise.all(nodes.map((node) => node.stop())));
    nginx = await startNginx([nodes[0].port, nodes[1].port]);
    cleanUps.push(() => nginx.stop());
    admin = await makeAdmin();
  }, 120_000);

  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });

  /** Sends a request over https and trusts the self-made certificate. */
  function ask(method: string, path: string, token?: string, body?: object): Promise<Answer> {
    const headers = {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(nginx.url, { path, method, headers, ca: nginx.certificate }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            body: text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : {},
          });
        });
      });
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });
  }

  async function makeAdmin(): Promise<typeof admin> {
    const body = { email: 'admin@example.org', password: 'correct horse battery' };
    const { user } = (await ask('POST', '/api/auth/register', undefined, body)).body as { user: { id: string } };
    await query(database, "update users set role = 'admin'");
    const login = (await ask('POST', '/api/auth/login', undefined, body)).body as { access_token: string };
    const realtime = (await ask('GET', '/api/realtime/token/', login.access_token)).body as { token: string };
    return { id: user.id, accessToken: login.access_token, socketToken: realtime.token };
  }

  /** Opens a socket like a page of this host. */
  async function openSocket(): Promise<SocketClient> {
    const socket = await open(`${nginx.url}/ws/notifications/`, {
      token: admin.socketToken,
      origin: nginx.url,
      ws: { ca: nginx.certificate },
    });
    await socket.expectMessage('connection_established');
    return socket;
  }

  const portOf = (socket: SocketClient): number => Number(String(socket.headers['x-node']).split(':').at(-1));

  function notify(title: string): Promise<Answer> {
    const body = { user_id: admin.id, notification_type: 'deploy', title, message: 'm' };
    return ask('POST', '/api/notifications/', admin.accessToken, body);
  }

  it('return the address that the client used', async () => {
    const { status, body } = await ask('GET', '/api/realtime/token/', admin.accessToken);
    expect(status).toBe(200);
    expect(body.ws_base_url).toMatch(nginx.url.replace('https:', 'wss:'));
  });

  it('redirect plain HTTP to https', async () => {
    const answer = await fetch(`http://localhost:${nginx.plainPort}/api/docs?x=1`, { redirect: 'manual' });
    expect(answer.status).toBe(308);
    expect(answer.headers.get('location')).toBe('https://localhost/api/docs?x=1');
  });

  it.each([
    '/metrics',
    '/metrics/',
    '/METRICS',
    '/Metrics//',
    '/%6detrics',
    '/metrics?x=1',
    '//metrics',
    '/x/../metrics/',
  ])('reject requests for metrics: %s', async (path) => {
    const { status, body } = await ask('GET', path);
    expect(status).toBe(404);
    expect(body).toEqual({});
  });

  it('keep tokens out of the logs, including those in paths', async () => {
    await (await openSocket()).close();
    const paths = [
      '/api/shared-orders/',
      '/API/Notifications/unsubscribe/',
      '/api/auth/confirm-email/link/',
      '/api//shared-orders/',
      '/ws/shared-orders/',
    ];
    for (const path of paths) await ask('GET', `${path}secret-in-path/?token=secret-in-query`);
    const logged = nginx
      .accessLog()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { path: string });
    expect(logged).toContainEqual(expect.objectContaining({ path: '/api/auth/login' }));
    expect(logged).toContainEqual(expect.objectContaining({ path: '/api/shared-orders/***' }));
    const everything = nginx.accessLog() + nginx.errorLog();
    for (const secret of [admin.socketToken.slice(-20), 'secret-in']) expect(everything).not.toContain(secret);
  });

  it('accept bodies of the size that the service accepts, and reject larger ones with a problem document', async () => {
    const message = { user_id: admin.id, notification_type: 'deploy', title: 't', message: 'm' };
    const padded = (path: string, bytes: number): Promise<Answer> =>
      ask('POST', path, admin.accessToken, { ...message, padding: 'x'.repeat(bytes) });
    expect((await padded('/api/orders/', 60 * 1024)).status).not.toBe(413);
    expect(await padded('/api/orders/', 64 * 1024)).toMatchObject({ status: 413, body: { status: 413 } });
    expect((await padded('/api/notifications/', 4 * 1024 * 1024)).status).not.toBe(413);
    expect(await padded('/api/notifications/', 5 * 1024 * 1024)).toMatchObject({ status: 413, body: { status: 413 } });
  });

  it('share the sockets, and a notification reaches them on both', async () => {
    const sockets = [await openSocket(), await openSocket()];
    expect(new Set(sockets.map(portOf))).toEqual(new Set(nodes.map((node) => node.port)));
    expect((await notify('for all')).status).toBe(201);
    for (const socket of sockets) {
      const notification = { type: 'notification', notification: { title: 'for all' } };
      await socket.expectMessages(notification, 'unread_count');
    }
  });

  it('drain the node that gets SIGTERM while the other one continues', async () => {
    const sockets = [await openSocket(), await openSocket(), await openSocket(), await openSocket()];
    const leaving = sockets.filter((socket) => portOf(socket) === nodes[0].port);
    const staying = sockets.filter((socket) => portOf(socket) === nodes[1].port);
    expect([leaving.length, staying.length]).toEqual([2, 2]);

    const stopped = nodes[0].stop();
    for (const socket of leaving) {
      const disconnect = await socket.expectClose(1012);
      expect(disconnect).toMatchObject({ reconnect: true, retry_after_ms: expect.any(Number) });
    }
    const back = await openSocket();
    expect(portOf(back)).toBe(nodes[1].port);
    expect((await notify('meanwhile')).status).toBe(201);
    for (const socket of [...staying, back]) await socket.expectMessages('notification', 'unread_count');
    expect(await stopped).toBe(0);

    expect((await notify('afterwards')).status).toBe(201);
    for (const socket of [...staying, back]) await socket.expectMessages('notification', 'unread_count');
    expect(await must(nodes[1].url, 'GET /health/ready')).toMatchObject({ status: 'ok' });
  });
});
