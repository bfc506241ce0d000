import { beforeAll, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../../src/database/database.js';
import { ERROR_CODES } from '../../../src/errors/error/error-codes.js';
import type { ErrorCode } from '../../../src/errors/error/error-codes.js';
import { ORDER_BODY, moveTo, placeOrder } from '../../support/scenes/order-story.js';
import type { Person } from '../../support/people.js';
import { djangoToken } from '../../support/peers/issuer.js';
import { must, rest } from '../../support/clients/rest.js';
import type { RestOptions } from '../../support/clients/rest.js';
import { share } from '../../support/scenes/share-story.js';
import { open } from '../../support/clients/socket-client.js';
import type { Frame, SocketClient } from '../../support/clients/socket-client.js';
import { startOwnStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

/** The `disconnect` messages by close code, and the problem details by error code. */
export interface ReceivedErrors {
  readonly closes: Record<number, Frame>;
  readonly problems: Record<string, unknown>;
}

/** Stories that cause errors, for a service with low limits. `received` collects what clients receive. */
export function describeReceivedErrors(stack: () => Stack, received: ReceivedErrors): void {
  let carla: Person;
  beforeAll(async () => {
    carla = await stack().people.customer();
  });

  const expectClose = async (code: number, path: string, token?: string): Promise<void> => {
    const socket = await open(`${stack().url}${path}`, token === undefined ? {} : { token });
    received.closes[code] = (await socket.expectClose(code)) as Frame;
  };

  const expectProblem = async (code: ErrorCode, line: string, options: RestOptions = {}): Promise<void> => {
    const { status, body } = await rest(stack().url, line, { token: carla.accessToken, ...options });
    expect({ status, body }).toMatchObject({
      status: ERROR_CODES[code].status,
      body: { type: `urn:tidings:error:${code}` },
    });
    received.problems[code] = body;
  };

  const enter = async (): Promise<SocketClient> => {
    const socket = await open(`${stack().url}/ws/notifications/`, { token: carla.socketToken, ignore: ['error'] });
    await socket.expectMessage('connection_established');
    return socket;
  };

  it('close sockets with a code', async () => {
    const order = await placeOrder(stack(), await stack().people.customer());
    await expectClose(4001, '/ws/notifications/');
    await expectClose(4003, `/ws/orders/${order.id}/`, carla.socketToken);
    await expectClose(4004, '/ws/orders/0193b3c1-12ab-7000-8000-6d7e8f9a0b1c/', carla.socketToken);
    const [flooding, other, third] = [await enter(), await enter(), await enter()];
    await expectClose(4008, '/ws/notifications/', carla.socketToken);
    for (let count = 0; count < 60; count += 1) flooding.send({ type: 'typing' });
    received.closes[4102] = (await flooding.expectClose(4102)) as Frame;
    await must(stack().url, 'POST /api/auth/logout', { token: carla.accessToken });
    received.closes[4006] = (await other.expectClose(4006)) as Frame;
    await third.expectClose(4006);
    await expectProblem('unauthenticated', 'GET /api/auth/me/', { token: 'not-a-token' });
  });

  it('close the sockets of a service that fails, is slow or stops', async () => {
    const own = await startOwnStack({ PING_INTERVAL: '1', PONG_TIMEOUT: '3', HANDSHAKE_TIMEOUT: '3' });
    const [app] = own.apps;
    const { db } = app?.get(Database) as Database;
    const paula = await own.people.customer();
    const url = `${own.url}/ws/notifications/`;
    const exp = Math.floor(Date.now() / 1_000) + 6;
    const shortLived = await djangoToken(own.environment.JWT_SECRET ?? '', { user_id: paula.id, exp });
    const expiring = await open(url, { token: shortLived });
    const silent = await open(url, { token: paula.socketToken, ws: { autoPong: false } });
    const staying = await open(url, { token: paula.socketToken });
    for (const socket of [expiring, silent, staying]) await socket.expectMessage('connection_established');
    received.closes[4203] = (await expiring.expectClose(4203)) as Frame;
    received.closes[4201] = (await silent.expectClose(4201)) as Frame;

    await db.execute(sql`alter table inboxes rename to inboxes_elsewhere`);
    received.closes[1011] = (await (await open(url, { token: paula.socketToken })).expectClose(1011)) as Frame;
    await db.execute(sql`alter table inboxes_elsewhere rename to inboxes`);
    // PGlite runs one transaction at a time.
    await db.transaction(async () => {
      received.closes[1013] = (await (await open(url, { token: paula.socketToken })).expectClose(1013)) as Frame;
    });
    const stopped = own.stop();
    received.closes[1012] = (await staying.expectClose(1012)) as Frame;
    await stopped;
  });

  it('answer requests with problem details', async () => {
    carla = await stack().people.customer();
    const admin = await stack().people.admin();
    const order = await placeOrder(stack(), carla);
    await expectProblem('invalid_json', 'POST /api/orders/', { body: '{"notes":' });
    await expectProblem('invalid_message', 'POST /api/orders/', {
      body: { ...ORDER_BODY, items: [], note: 'Ring twice' },
    });
    await expectProblem('forbidden', 'POST /api/notifications/', { body: {} });
    await expectProblem('not_found', 'GET /api/orders/0193b3c1-12ab-7000-8000-6d7e8f9a0b1c/');
    await expectProblem('method_not_allowed', 'DELETE /api/orders/');
    await expectProblem('payload_too_large', `POST /api/orders/${order.id}/messages/`, {
      body: { text: 'x'.repeat(70_000) },
    });
    await expectProblem('unsupported_media_type', 'POST /api/orders/', {
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    });
    const { id, token } = await share(stack(), carla, order);
    await must(stack().url, `DELETE /api/orders/${order.id}/share/${id}/`, { token: carla.accessToken });
    await expectProblem('gone', `GET /api/shared-orders/${token}/`);
    const headers = { 'Idempotency-Key': 'one-order' };
    await must(stack().url, 'POST /api/orders/', { token: carla.accessToken, headers, body: ORDER_BODY });
    await expectProblem('unprocessable', 'POST /api/orders/', {
      headers,
      body: { ...ORDER_BODY, notes: 'Ring twice' },
    });
    await moveTo(stack(), admin, order, 'picked_up');
    await expectProblem('conflict', `PATCH /api/orders/${order.id}/status/`, { body: { status: 'cancelled' } });
    const wrong = { email: carla.email, password: 'not the password' };
    for (let count = 0; count < 2; count += 1) await rest(stack().url, 'POST /api/auth/login', { body: wrong });
    await expectProblem('rate_limited', 'POST /api/auth/login', { body: wrong });
  });
}
