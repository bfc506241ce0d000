import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../../support/people.js';
import { startPostgres } from '../../support/servers/postgres-server.js';
import type { PostgresServer } from '../../support/servers/postgres-server.js';
import { must, rest } from '../../support/clients/rest.js';
import type { RestAnswer } from '../../support/clients/rest.js';
import { open } from '../../support/clients/socket-client.js';
import type { SocketClient } from '../../support/clients/socket-client.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

describe('two nodes during an outage of PostgreSQL', () => {
  let postgres: PostgresServer;
  let stack: Stack;
  let admin: Person;
  let customer: Person;

  beforeAll(async () => {
    postgres = await startPostgres();
    stack = await startStack({ DATABASE_URL: await postgres.createDatabase() }, 'two-nodes');
    [admin, customer] = [await stack.people.admin(), await stack.people.customer()];
  });

  afterAll(async () => {
    await stack.stop();
    await postgres.stop();
  });

  const notify = (title: string): Promise<RestAnswer<{ status: number }>> =>
    rest(stack.url, 'POST /api/notifications/', {
      token: admin.accessToken,
      body: { user_id: customer.id, notification_type: 'general', title, message: title },
    });

  const follow = async (url: string): Promise<SocketClient> => {
    const socket = await open(`${url}/ws/notifications/`, { token: customer.socketToken, ignore: ['unread_count'] });
    await socket.expectMessage('connection_established');
    return socket;
  };

  it('keep their sockets, answer REST with 503, close new sockets with a retry time, and recover', async () => {
    const sockets = [await follow(stack.url), await follow(stack.otherUrl)];
    await notify('before');
    for (const socket of sockets)
      await socket.expectMessage({ type: 'notification', notification: { title: 'before' } });

    await postgres.kill();
    const refused = await notify('refused');
    expect(refused).toMatchObject({ status: 503, body: { status: 503 } });
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect((await rest(stack.url, 'GET /health/ready')).status).toBe(503);
    for (const socket of sockets) {
      socket.send({ type: 'ping', timestamp: 1 });
      await socket.expectMessage({ type: 'pong', timestamp: 1 });
      socket.send({ type: 'mark_all_read', request_id: 'r' });
      await socket.expectMessage({ type: 'error', code: 'internal', request_id: 'r' });
    }
    const newcomer = await open(`${stack.url}/ws/notifications/`, { token: customer.socketToken });
    await newcomer.expectClose(1013);

    await postgres.restart();
    await must(stack.url, 'POST /api/notifications/', {
      token: admin.accessToken,
      body: { user_id: customer.id, notification_type: 'general', title: 'after', message: 'after' },
    });
    for (const socket of sockets) {
      await socket.expectMessage({ type: 'notification', notification: { title: 'after' } });
      await socket.close();
    }
    expect((await rest(stack.url, 'GET /health/ready')).status).toBe(200);
  });
});
