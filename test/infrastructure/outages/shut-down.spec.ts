import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { compileSources } from '../../support/servers/compiled-sources.js';
import type { CompiledSources } from '../../support/servers/compiled-sources.js';
import { dropDatabase, query } from '../../support/servers/postgres-databases.js';
import { must } from '../../support/clients/rest.js';
import { startService } from '../../support/servers/service-process.js';
import type { ServiceProcess } from '../../support/servers/service-process.js';
import { open } from '../../support/clients/socket-client.js';
import type { SocketClient } from '../../support/clients/socket-client.js';
import { createTestDatabase } from '../../support/servers/test-databases.js';

const LOOPS = 12;
/** Pause between two health checks of the load balancer. */
const CHECK_MS = 50;
/** The time that a client needs to reconnect. */
const TURN_MS = 50;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends a request. Rejects with network errors. */
function ask(agent: Agent, url: string, method = 'GET', token = '', body?: object): Promise<Answer> {
  const headers = {
    ...(token !== '' && { authorization: `Bearer ${token}` }),
    ...(body && { 'content-type': 'application/json' }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body && JSON.stringify(body));
  });
}

const PERSON = { email: 'carla@example.org', password: 'correct horse battery' };

describe('a node that gets SIGTERM', () => {
  let compiled: CompiledSources;
  let database: string;
  let node: ServiceProcess;
  let hasStopped = false;
  let environment: Record<string, string>;
  let token: string;
  /** Accepts connections but never sends a greeting, so a job that sends mail takes long. */
  const silentMailServer = createServer();

  beforeAll(async () => {
    compiled = compileSources();
    database = await createTestDatabase();
    await once(silentMailServer.listen(0, '127.0.0.1'), 'listening');
    const { port } = silentMailServer.address() as AddressInfo;
    const settings = { SMTP_URL: `smtp://127.0.0.1:${String(port)}`, EMAIL_FROM: 'tidings@example.org' };
    environment = { NODE_ENV: 'test', DATABASE_URL: database, CONFIRM_ADDRESSES: 'false', ...settings };
    node = await startService(compiled, environment);
    await must(node.url, 'POST /api/auth/register', { body: PERSON });
    await query(database, "update users set role = 'admin'");
  }, 120_000);

  beforeEach(async () => {
    if (hasStopped) node = await startService(compiled, environment);
    hasStopped = false;
    ({ access_token: token } = await must<{ access_token: string }>(node.url, 'POST /api/auth/login', {
      body: PERSON,
    }));
  });

  afterAll(async () => {
    await node.stop();
    silentMailServer.close();
    await dropDatabase(database);
    compiled.remove();
  });

  /** Acts like a load balancer: sends requests until a health check fails. */
  class LoadBalancer {
    readonly answers: Answer[] = [];
    readonly errors: string[] = [];
    sends = true;
    readonly agent = new Agent({ keepAlive: true, maxSockets: LOOPS });

    async checkHealth(): Promise<void> {
      while (this.sends) {
        const { status } = await ask(new Agent(), `${node.url}/health/ready`);
        this.sends = status === 200;
        await pause(CHECK_MS);
      }
    }

    async loop(index: number): Promise<void> {
      const requests: [string, string, object?][] = [
        ['GET', 'auth/me'],
        ['GET', 'notifications/'],
        ['POST', 'notifications/read-all/'],
        ['POST', 'auth/login', PERSON],
      ];
      for (let turn = index; this.sends; turn += 1) {
        const [method, path, body] = requests[turn % requests.length] ?? ['GET', 'auth/me'];
        await ask(this.agent, `${node.url}/api/${path}`, method, token, body).then(
          (answer) => this.answers.push(answer),
          (error: unknown) => this.errors.push(String(error)),
        );
      }
    }
  }

  async function openSocket(ignore: string[] = []): Promise<SocketClient> {
    const realtime = await must<{ token: string }>(node.url, 'GET /api/realtime/token/', { token });
    const socket = await open(`${node.url}/ws/notifications/`, { token: realtime.token, ignore });
    await socket.expectMessage('connection_established');
    return socket;
  }

  function stop(): Promise<number | null> {
    hasStopped = true;
    return node.stop();
  }

  it('answers all requests that arrive, closes idle connections, and exits with 0', async () => {
    // The sign-ins are from a new device, so each causes an alert, which `read-all` marks.
    const socket = await openSocket(['notification', 'unread_count', 'notification_read']);
    const balancer = new LoadBalancer();
    const loops = [...Array(LOOPS).keys()].map((index) => balancer.loop(index));
    while (balancer.answers.length < 3 * LOOPS) await pause(10);
    const before = balancer.answers.length;
    const stopped = stop();
    await Promise.all([balancer.checkHealth(), socket.expectClose(1012)]);
    await Promise.all(loops);
    balancer.agent.destroy();

    expect(balancer.errors).toEqual([]);
    const bad = balancer.answers.filter(({ status }) => status >= 400);
    expect(bad.map(({ status, body }) => `${String(status)} ${body}`)).toEqual([]);
    expect(balancer.answers.slice(0, before).some(({ headers }) => headers.connection === 'close')).toBe(false);
    const last = balancer.answers.slice(-LOOPS);
    expect(new Set(last.map(({ headers }) => headers.connection))).toEqual(new Set(['close']));
    expect(await stopped).toBe(0);
  });

  it('still answers clients that reconnect as soon as their socket is closed', async () => {
    const socket = await openSocket(['notification', 'unread_count', 'notification_read']);
    const stopped = stop();
    await socket.expectClose(1012);
    const statuses: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      await pause(TURN_MS);
      const { status } = await ask(new Agent(), `${node.url}/api/notifications/read-all/`, 'POST', token);
      statuses.push(status);
    }
    expect(statuses).toEqual(Array(5).fill(200));
    expect(await stopped).toBe(0);
  });

  it('closes its sockets at once, however long a running job takes', async () => {
    const socket = await openSocket();
    const me = await must<{ id: string }>(node.url, 'GET /api/auth/me', { token });
    const body = { user_id: me.id, notification_type: 'deploy', title: 't', message: 'm', channels: ['email'] };
    const sending = once(silentMailServer, 'connection') as Promise<[Socket]>;
    await must(node.url, 'POST /api/notifications/', { token, body });
    const [mail] = await sending;
    const stopped = stop();
    await socket.expectMessage('unread_count');
    await socket.expectClose(1012);
    expect((await fetch(`${node.url}/health/ready`)).status).toBe(503);
    mail.end('421 no more mail today\r\n');
    expect(await stopped).toBe(0);
  });

  it('exits at once if it is still waiting for PostgreSQL', async () => {
    const silentDatabase = createServer().listen(0, '127.0.0.1');
    await once(silentDatabase, 'listening');
    const { port } = silentDatabase.address() as AddressInfo;
    const env = { NODE_ENV: 'test', PORT: '0', DATABASE_URL: `postgres://127.0.0.1:${String(port)}/tidings` };
    const node = spawn(process.execPath, [join(compiled.folder, 'dist/main.js')], { env, stdio: 'ignore' });
    const ended = once(node, 'exit');
    const [connection] = (await once(silentDatabase, 'connection')) as [Socket];
    node.kill('SIGTERM');
    // Only a signal with a listener works: process 1 of a container ignores all others.
    expect(await ended).toEqual([143, null]);
    connection.destroy();
    silentDatabase.close();
  });
});
