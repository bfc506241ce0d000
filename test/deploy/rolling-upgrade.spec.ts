import { Agent, request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChaosClient, tally } from '../chaos/chaos-client.js';
import { Stage } from '../chaos/stage.js';
import { startNginx } from '../support/servers/nginx-server.js';
import type { NginxServer } from '../support/servers/nginx-server.js';

const SOCKETS = 200;
const USERS = 20;
const LOOPS = 12;
/** Pause between two requests of a loop. */
const PACE_MS = 20;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** The received broadcasts. Read marks are durable messages too. */
const titlesOf = ({ receipts }: ChaosClient): string[] =>
  receipts.map(({ text }) => text).filter((text) => text !== 'notification_read');

describe('nodes that are stopped, killed and started behind nginx', () => {
  let stage: Stage;
  let ports: [number, number];
  let nginx: NginxServer;
  let admin: string;
  let customers: string[];
  let agent: Agent;

  beforeAll(async () => {
    stage = await Stage.start(2, { TRUST_PROXY: 'true', MAX_SOCKETS_PER_USER: '0' });
    ports = stage.nodes.map((node) => node?.port ?? 0) as [number, number];
    nginx = await startNginx(ports);
    agent = new Agent({ keepAlive: true, ca: nginx.certificate });
    await stage.invite(USERS);
    admin = await stage.token('root', 'admin');
    customers = await Promise.all([...Array(USERS).keys()].map((index) => stage.token(`u${String(index)}`)));
  }, 180_000);

  afterAll(async () => {
    agent.destroy();
    await nginx.stop();
    await stage.stop();
  });

  function ask(method: string, path: string, token: string, body?: object): Promise<Answer> {
    const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) };
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, nginx.url), { method, headers, agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        const type = String(response.headers['content-type']);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, type, body: text }));
        response.on('error', reject);
      });
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });
  }

  /** Request loops. Every second loop also writes. */
  class Load {
    readonly errors: string[] = [];
    /** Titles of the accepted broadcasts, in any order. */
    readonly written: string[] = [];
    requests = 0;
    private goesOn = true;
    private readonly loops: Promise<void>[];

    constructor(private readonly writes: boolean) {
      this.loops = [...Array(LOOPS).keys()].map((index) => this.loop(index));
    }

    async stop(): Promise<void> {
      this.goesOn = false;
      await Promise.all(this.loops);
    }

    private async loop(index: number): Promise<void> {
      const token = customers[index % USERS] ?? '';
      const paths = [
        '/api/notifications/',
        '/api/auth/me',
        '/',
        '/api/realtime/token/',
        '/api/notifications/unread-count/',
      ];
      for (let turn = 0; this.goesOn; turn += 1) {
        if (this.writes && turn % 5 === 0 && index % 2 === 0) await this.write(`${String(index)}-${String(turn)}`);
        else if (this.writes && turn % 5 === 1) await this.count('POST', '/api/notifications/read-all/', token);
        else await this.count('GET', paths[turn % paths.length] ?? '/', token);
        await pause(PACE_MS);
      }
    }

    private async write(title: string): Promise<void> {
      const body = { broadcast: true, notification_type: 'deploy', title, message: 'm', channels: ['websocket'] };
      const answer = await this.count('POST', '/api/notifications/', admin, body);
      if (answer?.status === 201) this.written.push(title);
    }

    private async count(method: string, path: string, token: string, body?: object): Promise<Answer | null> {
      this.requests += 1;
      try {
        const answer = await ask(method, path, token, body);
        if (answer.status >= 400) this.errors.push(`${method} ${path}: ${String(answer.status)} ${answer.body}`);
        return answer;
      } catch (error) {
        this.errors.push(`${method} ${path}: ${String(error)}`);
        return null;
      }
    }
  }

  async function connect(): Promise<ChaosClient[]> {
    const address = nginx.url.replace('https:', 'wss:');
    const clients = [...Array(SOCKETS).keys()].map(
      (index) =>
        new ChaosClient(
          () => address,
          '/ws/notifications/',
          customers[index % USERS] ?? '',
          undefined,
          nginx.certificate,
        ),
    );
    await Promise.all(clients.map((client) => client.start()));
    return clients;
  }

  /** Resolves when every client has received all writes. Fails at the deadline of the test. */
  async function untilAllReceived(clients: readonly ChaosClient[], titles: readonly string[]): Promise<void> {
    while (clients.some((client) => titlesOf(client).length < titles.length)) await pause(50);
  }

  async function upgrade(index: 0 | 1): Promise<void> {
    expect(await stage.endNode(index, (node) => node.stop())).toBe(0);
    await stage.startNode(index, ports[index]);
  }

  it('are upgraded twice without an error for clients and without lost messages', async () => {
    const clients = await connect();
    const refusedBefore = tally.refused;
    const load = new Load(true);
    for (const index of [0, 1, 0, 1] as const) await upgrade(index);
    await load.stop();
    await untilAllReceived(clients, load.written);
    for (const client of clients) client.stop();

    expect(load.errors).toEqual([]);
    expect(tally.refused - refusedBefore).toBe(0);
    expect(clients.flatMap(({ complaints }) => complaints)).toEqual([]);
    const expected = [...load.written].sort();
    for (const client of clients) {
      expect(titlesOf(client).sort()).toEqual(expected);
    }
    expect(load.requests).toBeGreaterThan(500);
  }, 180_000);

  it('answer every reading request while nodes are killed one after the other', async () => {
    const load = new Load(false);
    for (const index of [0, 1] as const) {
      await stage.endNode(index, (node) => node.kill());
      const before = load.requests;
      while (load.requests < before + 200) await pause(20);
      await stage.startNode(index, ports[index]);
    }
    await load.stop();
    expect(load.errors).toEqual([]);
  }, 120_000);

  it('pass on the answers of the service, and the page, while PostgreSQL is unavailable', async () => {
    await stage.postgres.kill();
    for (let turn = 0; turn < 10; turn += 1) {
      const [list, page] = await Promise.all([
        ask('GET', '/api/notifications/', customers[0] ?? ''),
        ask('GET', '/', ''),
      ]);
      expect(list).toMatchObject({ status: 503, type: 'application/problem+json' });
      expect(JSON.parse(list.body)).toMatchObject({ type: 'urn:tidings:error:unavailable', status: 503 });
      expect(page).toMatchObject({ status: 200, type: expect.stringContaining('text/html') });
    }
    await stage.postgres.restart();
    while ((await ask('GET', '/api/notifications/', customers[0] ?? '')).status !== 200) await pause(50);
  }, 120_000);

  it('answer with a problem document when no node is running', async () => {
    for (const index of [0, 1] as const) await stage.endNode(index, (node) => node.kill());
    const answer = await ask('GET', '/api/notifications/', '');
    expect(answer).toMatchObject({ status: 502, type: 'application/problem+json' });
    expect(JSON.parse(answer.body)).toMatchObject({ status: 502, title: 'Bad gateway' });
  });

  it('keep tokens out of the logs of nginx', () => {
    expect(nginx.errorLog()).not.toMatch(/token=|\/ws\//);
  });
});
