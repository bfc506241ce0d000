import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/people.js';
import { must } from '../support/clients/rest.js';
import { expectHandshakeError, open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

describe('opening a socket', () => {
  let stack: Stack;
  let customer: Person;
  let socketUrl: string;

  beforeAll(async () => {
    stack = await startStack({ ALLOWED_HOSTS: 'localhost,.example.com,https://secure.test,http://ported.test:8080' });
    customer = await stack.people.customer();
    socketUrl = `${stack.otherUrl}/ws/notifications/`;
  });

  afterAll(() => stack.stop());

  describe('with a token', () => {
    it('sends position, unread count and ping interval first', async () => {
      const socket = await open(socketUrl, { token: customer.socketToken });
      const greeting = await socket.expectMessage('connection_established');
      expect(greeting).toEqual({
        type: 'connection_established',
        position: expect.stringMatching(/^[\w-]{28}$/),
        resumed: false,
        replayed: 0,
        ping_interval: 25,
        unread_count: 0,
      });
    });

    it('accepts the path without its trailing slash', async () => {
      const socket = await open(`${stack.otherUrl}/ws/notifications`, { token: customer.socketToken });
      await socket.expectMessage('connection_established');
    });

    it('accepts both kinds of token in the Authorization header', async () => {
      for (const token of [customer.accessToken, customer.socketToken]) {
        const socket = await open(socketUrl, { headers: { authorization: `Bearer ${token}` } });
        await socket.expectMessage('connection_established');
      }
    });

    it('accepts both kinds of token in the cookie, from an allowed origin', async () => {
      for (const token of [customer.accessToken, customer.socketToken]) {
        const headers = { cookie: `theme=dark; access_token=${token}` };
        const socket = await open(socketUrl, { headers, origin: 'http://localhost:5173' });
        await socket.expectMessage('connection_established');
      }
    });

    it('accepts a WebSocket token as a subprotocol and does not return it', async () => {
      const socket = await open(socketUrl, { protocols: ['tidings.v1', `bearer.${customer.socketToken}`] });
      await socket.expectMessage('connection_established');
      expect(socket.protocol).toBe('tidings.v1');
    });

    it('rejects an access token in the URL and in the subprotocol, where it could be logged', async () => {
      const inUrl = await open(socketUrl, { token: customer.accessToken });
      await inUrl.expectClose(4001);
      const inProtocol = await open(socketUrl, { protocols: ['tidings.v1', `bearer.${customer.accessToken}`] });
      await inProtocol.expectClose(4001);
    });

    it.each(['garbage', 'a.b.c', `${'x'.repeat(5000)}.y.z`])(
      'closes the socket with 4001 for the token %j',
      async (token) => {
        const socket = await open(socketUrl, { token });
        const goodbye = await socket.expectClose(4001);
        expect(goodbye).toMatchObject({ reconnect: false, retry_after_ms: 0, reason: expect.any(String) });
      },
    );

    it('closes the socket with 4001 without a token', async () => {
      const socket = await open(socketUrl);
      await socket.expectClose(4001);
    });
  });

  describe('by path', () => {
    it.each(['/', '/ws/', '/ws/nothing/', '/ws/notifications/1/2/', '/api/auth/me'])(
      'answers 404 for an unknown endpoint: %s',
      async (path) => {
        await expectHandshakeError(stack.otherUrl + path, 404, { token: customer.socketToken });
      },
    );

    it('does not let users follow another user, with different codes for existing and unknown users', async () => {
      const other = await stack.people.customer('Another');
      const forbidden = await open(`${socketUrl}${other.id}/`, { token: customer.socketToken });
      await forbidden.expectClose(4003);
      const missing = await open(`${socketUrl}no-such-user/`, { token: customer.socketToken });
      await missing.expectClose(4004);
    });

    it('lets administrators follow any user, and users follow their own notifications', async () => {
      const admin = await stack.people.admin();
      for (const { socketToken } of [admin, customer]) {
        const socket = await open(`${socketUrl}${customer.id}/`, { token: socketToken });
        await socket.expectMessage({ type: 'connection_established', unread_count: 0 });
      }
    });

    it('opens /ws/partner/ for partners only, with their profile', async () => {
      const partner = await stack.people.partner();
      const socket = await open(`${stack.otherUrl}/ws/partner/`, { token: partner.socketToken });
      const { id } = await must<{ id: string }>(stack.url, 'GET /api/partners/me/', { token: partner.accessToken });
      await socket.expectMessage({ type: 'connection_established', partner: { id, user_id: partner.id } });
      const refused = await open(`${stack.otherUrl}/ws/partner/`, { token: customer.socketToken });
      await refused.expectClose(4003);
    });
  });

  describe('by origin', () => {
    it.each([
      'http://localhost',
      'http://localhost:3000',
      'https://example.com',
      'https://app.example.com',
      'https://secure.test',
      'http://ported.test:8080',
    ])('accepts %s', async (origin) => {
      const socket = await open(socketUrl, { token: customer.socketToken, origin });
      await socket.expectMessage('connection_established');
    });

    it.each([
      'https://evil.test',
      'https://example.com.evil.test',
      'https://notexample.com',
      'http://secure.test',
      'http://ported.test',
      'null',
    ])('answers 403 to %s, whatever the token', async (origin) => {
      await expectHandshakeError(socketUrl, 403, { token: customer.socketToken, origin });
    });

    it('answers 403 to a cookie without an origin', async () => {
      await expectHandshakeError(socketUrl, 403, { headers: { cookie: `access_token=${customer.accessToken}` } });
    });

    it('ignores the Host header', async () => {
      const headers = { host: 'anything.test', authorization: `Bearer ${customer.accessToken}` };
      const socket = await open(socketUrl, { headers });
      await socket.expectMessage('connection_established');
    });
  });

  it('handles early messages of a client after the handshake', async () => {
    const socket = await open(socketUrl, { token: customer.socketToken });
    socket.send({ type: 'ping', timestamp: 1 });
    socket.send({ type: 'mark_all_read', request_id: 'early' });
    await socket.expectMessage('connection_established');
    await socket.expectMessage({ type: 'pong', timestamp: 1 });
    await socket.expectMessage({ type: 'mark_all_read_response', request_id: 'early', updated: 0 });
  });
});

describe('anonymous visitors', () => {
  it('receive broadcasts only, if they are permitted', async () => {
    const stack = await startStack({ ANONYMOUS_BROADCASTS: 'true' });
    const [admin, customer] = await Promise.all([stack.people.admin(), stack.people.customer()]);
    const visitor = await open(`${stack.otherUrl}/ws/notifications/`);
    await visitor.expectMessage({ type: 'connection_established', anonymous: true });
    const base = { notification_type: 'news', title: 'Hello', message: 'World' };
    await must(stack.url, 'POST /api/notifications/', {
      token: admin.accessToken,
      body: { ...base, user_id: customer.id },
    });
    await must(stack.url, 'POST /api/notifications/', { token: admin.accessToken, body: { ...base, broadcast: true } });
    await visitor.expectMessage({ type: 'notification', notification: { title: 'Hello' } });
    visitor.send({ type: 'mark_all_read', request_id: 1 });
    await visitor.expectMessage({ type: 'error', code: 'forbidden', request_id: 1 });
    const bad = await open(`${stack.otherUrl}/ws/notifications/`, { token: 'garbage' });
    await bad.expectClose(4001);
    await visitor.close();
    await stack.stop();
  });
});
