import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import { assign, placeOrder } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { rest } from '../support/clients/rest.js';
import { share, followShare } from '../support/scenes/share-story.js';
import type { Share } from '../support/scenes/share-story.js';
import { expectHandshakeError, open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const NOTHING = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

let stack: Stack;
let admin: Person;
let carla: Person;
let paul: Person;
let order: Order;
let link: Share;
beforeAll(async () => {
  stack = await startStack({ MAX_ANONYMOUS_SOCKETS_PER_ADDRESS: '200' });
  [admin, carla, paul] = [await stack.people.admin(), await stack.people.customer(), await stack.people.partner()];
  order = await assign(stack, admin, await placeOrder(stack, carla), paul);
  link = await share(stack, carla, order);
});
afterAll(() => stack.stop());

const code = async (line: string, token?: string, body?: object): Promise<number> =>
  (await rest(stack.url, line, { ...(token !== undefined && { token }), body })).status;

describe('the token of a link', () => {
  it('gives access to no other route', async () => {
    const lines = [
      `GET /api/orders/${order.id}/`,
      `GET /api/orders/${order.id}/messages/`,
      `GET /api/orders/${order.id}/history/`,
      `GET /api/orders/${order.id}/track/`,
      `GET /api/orders/${order.id}/location/`,
      `GET /api/orders/${order.id}/share/`,
      `GET /api/orders/${order.id}/stream/`,
      `GET /api/orders/${order.id}/stream/?token=${link.token}`,
      'GET /api/orders/',
      'GET /api/auth/me/',
      'GET /api/realtime/token/',
      `DELETE /api/orders/${order.id}/share/${link.id}/`,
    ];
    for (const line of lines) expect([line, await code(line, link.token)]).toEqual([line, 401]);
  });

  it('does not permit writing', async () => {
    const bodies = { messages: { text: 'hi' }, location: { latitude: 1, longitude: 1 }, share: {} };
    for (const [path, body] of Object.entries(bodies)) {
      expect(await code(`POST /api/orders/${order.id}/${path}/`, link.token, body)).toBe(401);
    }
    expect(await code(`PATCH /api/orders/${order.id}/status/`, link.token, { status: 'cancelled' })).toBe(401);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(await code(`${method} /api/shared-orders/${link.token}/`, undefined, {})).toBe(405);
    }
    const { socket } = await followShare(stack, link);
    const messages = [
      { type: 'chat_message', text: 'hi' },
      { type: 'chat_read', message_id: NOTHING },
      { type: 'location_update', latitude: 1, longitude: 1 },
      { type: 'typing', is_typing: true },
      { type: 'call_signal', call_id: 'c', signal: 'ring' },
      { type: 'authenticate', token: carla.socketToken },
      { type: 'mark_all_read' },
    ];
    for (const message of messages) {
      socket.send({ ...message, request_id: message.type });
      await socket.expectMessage({ type: 'error', code: 'unknown_type', request_id: message.type });
    }
    expect(await (await fetch(link.api_url)).json()).toMatchObject({ order: { status: 'pending' }, location: null });
  });

  it('opens no other socket, however it is sent', async () => {
    const paths = [`/ws/orders/${order.id}/`, '/ws/notifications/', `/ws/notifications/${carla.id}/`, '/ws/partner/'];
    for (const path of paths) {
      const ways = [
        { token: link.token },
        { headers: { authorization: `Bearer ${link.token}` } },
        { protocols: ['tidings.v1', `bearer.${link.token}`] },
      ];
      for (const way of ways) {
        const socket = await open(stack.url + path, way);
        await socket.expectClose(4001);
      }
    }
  });

  it('is valid for one order: another id with its signature, a shortened and a changed token are rejected', async () => {
    const other = await share(stack, carla, await placeOrder(stack, carla));
    const [mine, theirs] = [Buffer.from(link.token, 'base64url'), Buffer.from(other.token, 'base64url')];
    const crossed = Buffer.concat([theirs.subarray(0, 16), mine.subarray(16)]).toString('base64url');
    const unsigned = Buffer.concat([mine.subarray(0, 16), Buffer.alloc(26)]).toString('base64url');
    const changed = link.token.slice(0, -1) + (link.token.endsWith('A') ? 'B' : 'A');
    const tries = [crossed, unsigned, changed, link.token.slice(1), `${link.token}A`, link.id, order.id, 'x', '%00'];
    for (const token of tries) {
      expect([token, await code(`GET /api/shared-orders/${token}/`)]).toEqual([token, 404]);
      await (await open(`${stack.url}/ws/shared-orders/${token}/`)).expectClose(4004);
    }
    await expectHandshakeError(`${stack.url}/ws/shared-orders/`, 404);
  });

  it('is invalid for everyone after it has expired', async () => {
    const short = await share(stack, carla, order, { expires_in: 3_600 });
    const until = (interval: string): Promise<unknown> =>
      (stack.apps[0] as (typeof stack.apps)[number])
        .get(Database)
        .db.execute(sql`update order_shares set expires_at = now() + ${interval}::interval where id = ${short.id}`);
    await until('1 second');
    const { socket } = await followShare(stack, short);
    expect(await socket.expectClose(4004)).toMatchObject({ reason: 'This link has expired.', reconnect: false });
    await until('-1 second');
    expect(await code(`GET /api/shared-orders/${short.token}/`)).toBe(410);
    await (await open(`${stack.url}/ws/shared-orders/${short.token}/`)).expectClose(4004);
  });
});

describe('share links', () => {
  it('are available to the customer of the order and to administrators', async () => {
    const [stranger, rival] = [await stack.people.customer(), await stack.people.partner()];
    for (const { accessToken: token } of [paul, stranger, rival]) {
      expect(await code(`POST /api/orders/${order.id}/share/`, token, {})).toBe(403);
      expect(await code(`GET /api/orders/${order.id}/share/`, token)).toBe(403);
      expect(await code(`DELETE /api/orders/${order.id}/share/${link.id}/`, token)).toBe(403);
    }
    expect(await code(`POST /api/orders/${order.id}/share/`, undefined, {})).toBe(401);
    expect(await code(`POST /api/orders/${NOTHING}/share/`, carla.accessToken, {})).toBe(404);
    expect(await code(`GET /api/shared-orders/${link.token}/`)).toBe(200);
  });

  it('cannot be revoked through another order', async () => {
    const mine = await placeOrder(stack, await stack.people.customer('Eve'));
    const eve = await stack.people.customer();
    const own = await placeOrder(stack, eve);
    for (const id of [link.id, NOTHING, 'nonsense']) {
      expect(await code(`DELETE /api/orders/${own.id}/share/${id}/`, eve.accessToken)).toBe(404);
    }
    expect(await code(`GET /api/orders/${mine.id}/share/`, eve.accessToken)).toBe(403);
    expect(await code(`GET /api/shared-orders/${link.token}/`)).toBe(200);
  });

  it.each([59, 2_592_001, 60.5, '3600', -1])('cannot be valid for %p seconds', async (expires_in) => {
    expect(await code(`POST /api/orders/${order.id}/share/`, carla.accessToken, { expires_in })).toBe(400);
  });

  it('are limited to twenty, even if they are created at once', async () => {
    const crowded = await placeOrder(stack, carla);
    const line = `POST /api/orders/${crowded.id}/share/`;
    const codes = await Promise.all(Array.from({ length: 25 }, () => code(line, carla.accessToken, {})));
    expect(codes.sort()).toEqual([...Array<number>(20).fill(201), ...Array<number>(5).fill(409)]);
  });

  it('can have a hundred sockets on a node', async () => {
    const popular = await share(stack, carla, order);
    const url = `${stack.url}/ws/shared-orders/${popular.token}/`;
    const crowd = await Promise.all(Array.from({ length: 100 }, () => open(url)));
    for (const socket of crowd) await socket.expectMessage('connection_established');
    await (await open(url)).expectClose(4008);
    await crowd[0]?.close();
    const { socket } = await followShare({ ...stack, otherUrl: stack.url }, popular);
    await socket.expectNothing();
  });
});
