import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { TokenAuthenticator } from '../../src/auth/tokens/token-authenticator.js';
import { djangoToken } from '../support/peers/issuer.js';
import { openStream } from '../support/clients/event-stream.js';
import { must, rest } from '../support/clients/rest.js';
import { expectHandshakeError, open } from '../support/clients/socket-client.js';
import { startOwnStack, startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

describe('the server closes sockets with', () => {
  let stack: Stack;

  afterEach(() => stack.stop());

  it('4006 on logout: every socket of the session, on every node, and no other', async () => {
    stack = await startStack();
    const phone = await stack.people.customer();
    const laptop = await stack.people.signIn(phone.email);
    const sockets = await Promise.all(
      [stack.url, stack.otherUrl].map((url) => open(`${url}/ws/notifications/`, { token: phone.socketToken })),
    );
    const survivor = await open(`${stack.otherUrl}/ws/notifications/`, { token: laptop.socketToken });
    for (const socket of [...sockets, survivor]) await socket.expectMessage('connection_established');
    await must(stack.url, 'POST /api/auth/logout', { token: phone.accessToken });
    for (const socket of sockets) {
      expect(await socket.expectClose(4006)).toMatchObject({ reconnect: false });
    }
    survivor.send({ type: 'ping' });
    await survivor.expectMessage('pong');
    const again = await open(`${stack.otherUrl}/ws/notifications/`, { token: phone.socketToken });
    await again.expectClose(4001);
    await survivor.close();
  });

  it('4008 when a user has too many sockets: the new one', async () => {
    stack = await startStack({ MAX_SOCKETS_PER_USER: '2' });
    const customer = await stack.people.customer();
    const url = `${stack.otherUrl}/ws/notifications/`;
    const first = await open(url, { token: customer.socketToken });
    const second = await open(url, { token: customer.socketToken });
    for (const socket of [first, second]) await socket.expectMessage('connection_established');
    const third = await open(url, { token: customer.socketToken });
    expect(await third.expectClose(4008)).toMatchObject({ reconnect: false });
    await first.close();
    const fourth = await open(url, { token: customer.socketToken });
    await fourth.expectMessage('connection_established');
    await Promise.all([second.close(), fourth.close()]);
  });

  it('4008 when an address has too many sockets', async () => {
    stack = await startStack({ MAX_SOCKETS_PER_ADDRESS: '1' });
    const [one, other] = [await stack.people.customer(), await stack.people.customer()];
    const url = `${stack.otherUrl}/ws/notifications/`;
    const first = await open(url, { token: one.socketToken });
    await first.expectMessage('connection_established');
    const second = await open(url, { token: other.socketToken });
    await second.expectClose(4008);
    await first.close();
  });

  it('503 and Retry-After during the handshake when the node is full', async () => {
    stack = await startStack({ MAX_SOCKETS: '1' });
    const customer = await stack.people.customer();
    const url = `${stack.otherUrl}/ws/notifications/`;
    const first = await open(url, { token: customer.socketToken });
    await first.expectMessage('connection_established');
    const headers = await expectHandshakeError(url, 503, { token: customer.socketToken });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    await first.close();
  });

  it('4201 when a client does not answer a ping', async () => {
    stack = await startStack({ PING_INTERVAL: '1', PONG_TIMEOUT: '3' });
    const customer = await stack.people.customer();
    const url = `${stack.otherUrl}/ws/notifications/`;
    const alive = await open(url, { token: customer.socketToken });
    const silent = await open(url, { token: customer.socketToken, ws: { autoPong: false } });
    for (const socket of [alive, silent]) await socket.expectMessage('connection_established');
    expect(await silent.expectClose(4201)).toMatchObject({ reconnect: true, retry_after_ms: 0 });
    alive.send({ type: 'ping' });
    await alive.expectMessage('pong');
    await alive.close();
  });

  it('4203 when the token expires, unless the client sends a new one', async () => {
    stack = await startStack({ PING_INTERVAL: '1' });
    const customer = await stack.people.customer();
    const exp = Math.floor(Date.now() / 1_000) + 5;
    const shortLived = await djangoToken(stack.environment.JWT_SECRET ?? '', { user_id: customer.id, exp });
    const url = `${stack.otherUrl}/ws/notifications/`;
    const ending = await open(url, { token: shortLived });
    const renewed = await open(url, { token: shortLived });
    for (const socket of [ending, renewed]) await socket.expectMessage('connection_established');
    renewed.send({ type: 'authenticate', token: customer.socketToken });
    await renewed.expectMessage('authenticated');
    expect(await ending.expectClose(4203)).toMatchObject({ reconnect: true });
    renewed.send({ type: 'ping' });
    await renewed.expectMessage('pong');
    await renewed.close();
  });

  it('4102 when a client floods it, after a warning', async () => {
    stack = await startStack({ MESSAGE_RATE: '5', MESSAGE_BURST: '10' });
    const customer = await stack.people.customer();
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, { token: customer.socketToken });
    await socket.expectMessage('connection_established');
    for (let i = 0; i < 30; i += 1) socket.send({ type: 'ping', timestamp: i });
    const seen: unknown[] = [];
    for (let frame = await next(); frame.type !== 'disconnect'; frame = await next())
      seen.push(frame.code ?? frame.type);
    // Accepted messages without an answer at the time of the close are dropped with the socket.
    expect(seen.filter((what) => what === 'pong').length).toBeLessThanOrEqual(10);
    expect(seen.filter((what) => what === 'rate_limited')).toHaveLength(10);

    async function next(): Promise<{ type: string; code?: unknown }> {
      return socket.expectMessage({});
    }
  });

  it('4003 when an order is assigned to another partner', async () => {
    stack = await startStack();
    const [admin, customer, former, next] = await Promise.all([
      stack.people.admin(),
      stack.people.customer(),
      stack.people.partner(),
      stack.people.partner(),
    ]);
    const body = {
      pickup_address: '1 Here Street',
      delivery_address: '2 There Street',
      items: [{ name: 'Shirt', quantity: 2, unit_price: 3.5 }],
    };
    const { id } = await must<{ id: string }>(stack.url, 'POST /api/orders/', { token: customer.accessToken, body });
    const assign = async (partner: typeof former): Promise<void> => {
      const me = await must<{ id: string }>(stack.url, 'GET /api/partners/me/', { token: partner.accessToken });
      await must(stack.url, `POST /api/orders/${id}/assign/`, {
        token: admin.accessToken,
        body: { partner_id: me.id },
      });
    };
    await assign(former);
    const socket = await open(`${stack.otherUrl}/ws/orders/${id}/`, {
      token: former.socketToken,
      ignore: ['order_update', 'presence'],
    });
    await socket.expectMessage('connection_established');
    await assign(next);
    await socket.expectClose(4003);
    expect((await rest(stack.url, `GET /api/orders/${id}/`, { token: former.accessToken })).status).toBe(403);
  });

  it('1012 when the node shuts down, and accepts no new sockets', async () => {
    stack = await startOwnStack();
    const customer = await stack.people.customer();
    const url = `${stack.otherUrl}/ws/notifications/`;
    const sockets = await Promise.all(Array.from({ length: 5 }, () => open(url, { token: customer.socketToken })));
    for (const socket of sockets) await socket.expectMessage('connection_established');
    const closed = stack.apps.at(-1)?.close();
    const waits = await Promise.all(
      sockets.map(async (socket) => {
        const goodbye = await socket.expectClose(1012);
        expect(goodbye).toMatchObject({ reconnect: true });
        return goodbye?.retry_after_ms as number;
      }),
    );
    expect(new Set(waits).size).toBe(waits.length);
    await closed;
  });

  it("1012 when an event stream's token is still being looked up", async () => {
    stack = await startOwnStack();
    const customer = await stack.people.customer();
    const node = stack.apps.at(-1) as INestApplication;
    const tokens = node.get(TokenAuthenticator);
    const authenticate = tokens.authenticate.bind(tokens);
    let closed: Promise<void> | undefined;
    tokens.authenticate = async (token, use) => {
      const principal = await authenticate(token, use);
      closed = node.close();
      await once(node.getHttpServer() as Server, 'close');
      return principal;
    };
    const stream = await openStream(`${stack.otherUrl}/api/notifications/stream/`, { token: customer.socketToken });
    await stream.expectEvent('disconnect', { code: 1012, reconnect: true });
    await stream.ended();
    await closed;
  });
});
