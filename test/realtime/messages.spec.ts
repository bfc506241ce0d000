import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/people.js';
import { open } from '../support/clients/socket-client.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

describe('the server', () => {
  let stack: Stack;
  let customer: Person;
  let socket: SocketClient;

  beforeAll(async () => {
    stack = await startStack({ MAX_MESSAGE_BYTES: '4096' });
    customer = await stack.people.customer();
  });

  afterAll(() => stack.stop());

  beforeEach(async () => {
    socket = await open(`${stack.otherUrl}/ws/notifications/`, { token: customer.socketToken });
    await socket.expectMessage('connection_established');
  });

  it('answers a ping with its timestamp unchanged, and the server time', async () => {
    socket.send({ type: 'ping', timestamp: '2020-01-01T00:00:00Z' });
    socket.send({ type: 'ping', timestamp: 12.5, request_id: 'a' });
    socket.send({ type: 'ping' });
    const first = await socket.expectMessage({ type: 'pong', timestamp: '2020-01-01T00:00:00Z' });
    expect(first.server_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(first).not.toHaveProperty('request_id');
    await socket.expectMessage({ type: 'pong', timestamp: 12.5, request_id: 'a' });
    expect(await socket.expectMessage('pong')).not.toHaveProperty('timestamp');
  });

  it.each([
    ['{"type":', 'invalid_json'],
    ['', 'invalid_json'],
    ['hello', 'invalid_json'],
    ['[]', 'invalid_message'],
    ['null', 'invalid_message'],
    ['7', 'invalid_message'],
    ['{}', 'invalid_message'],
    ['{"type":7}', 'invalid_message'],
    ['{"type":"fly"}', 'unknown_type'],
    ['{"type":"__proto__"}', 'unknown_type'],
    ['{"type":"constructor"}', 'unknown_type'],
    ['{"type":"mark_read"}', 'invalid_message'],
    [`{"type":"ping","timestamp":${'['.repeat(65)}${']'.repeat(65)}}`, 'invalid_message'],
    ['{"type":"ping","timestamp":{}}', 'invalid_message'],
    ['{"type":"ping","timestamp":1e400}', 'invalid_message'],
    [`{"type":"ping","timestamp":"${'x'.repeat(201)}"}`, 'invalid_message'],
    ['{"type":"mark_read","notification_id":{"$gt":""}}', 'invalid_message'],
    ['{"type":"authenticate"}', 'invalid_message'],
    ['{"type":"authenticate","token":"garbage"}', 'unauthenticated'],
  ])('answers %s with %s and continues', async (text, code) => {
    socket.send(text);
    const error = await socket.expectMessage({ type: 'error', code });
    expect(error.message).toEqual(expect.any(String));
    socket.send({ type: 'ping', request_id: 1 });
    await socket.expectMessage({ type: 'pong', request_id: 1 });
  });

  it('points to the invalid field and returns the request id', async () => {
    socket.send({ type: 'mark_read', notification_id: 7, request_id: 'r1' });
    await socket.expectMessage({
      type: 'error',
      code: 'invalid_message',
      request_id: 'r1',
      errors: [{ pointer: '#/notification_id', detail: expect.any(String) }],
    });
  });

  it('answers a binary frame with an error and continues', async () => {
    socket.send(Buffer.from([1, 2, 3]));
    await socket.expectMessage({ type: 'error', code: 'invalid_message' });
  });

  it('ignores unknown members', async () => {
    socket.send({ type: 'mark_all_read', nonsense: true, request_id: 5 });
    await socket.expectMessage({ type: 'mark_all_read_response', success: true, updated: 0, request_id: 5 });
  });

  it('answers one message after the other, in order', async () => {
    for (let i = 0; i < 20; i += 1) {
      socket.send(i % 2 === 0 ? { type: 'mark_all_read', request_id: i } : { type: 'ping', request_id: i });
    }
    for (let i = 0; i < 20; i += 1) {
      await socket.expectMessage({ type: i % 2 === 0 ? 'mark_all_read_response' : 'pong', request_id: i });
    }
  });

  it('closes with 1009 for a message over the limit, and accepts one at the limit', async () => {
    const padding = 4096 - JSON.stringify({ type: 'ping', padding: '' }).length;
    socket.send({ type: 'ping', padding: 'x'.repeat(padding) });
    await socket.expectMessage('pong');
    socket.send({ type: 'ping', padding: 'x'.repeat(padding + 1) });
    await socket.expectClose(1009);
  });

  it('closes with 1008 for a message in too many fragments', async () => {
    const { code } = await endOf(await opened(), (webSocket) => {
      for (let count = 0; count < 100; count += 1) webSocket.send('x', { fin: false });
    });
    expect(code).toBe(1008);
  });

  it('counts protocol pings and pongs as messages', async () => {
    const { code } = await endOf(await opened(), (webSocket) => {
      for (let count = 0; count < 200; count += 1) webSocket.ping();
      for (let count = 0; count < 200; count += 1) webSocket.pong();
    });
    expect(code).toBe(4102);
  });

  async function opened(): Promise<WebSocket> {
    const url = `${stack.otherUrl.replace('http', 'ws')}/ws/notifications/?token=${customer.socketToken}`;
    const webSocket = new WebSocket(url);
    await once(webSocket, 'open');
    return webSocket;
  }

  async function endOf(webSocket: WebSocket, act: (webSocket: WebSocket) => void): Promise<{ code: number }> {
    const closed = once(webSocket, 'close') as Promise<[number]>;
    act(webSocket);
    return { code: (await closed)[0] };
  }

  it('closes with 1007 for text that is not UTF-8', async () => {
    const maskedInvalidText = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]);
    (socket.raw as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(maskedInvalidText);
    await socket.expectClose(1007);
  });

  describe('a new token for an open socket', () => {
    it('is accepted from the same user', async () => {
      const again = await stack.people.signIn(customer.email);
      socket.send({ type: 'authenticate', token: again.socketToken, request_id: 9 });
      const answer = await socket.expectMessage({ type: 'authenticated', request_id: 9 });
      expect(new Date(answer.expires_at as string).getTime()).toBeGreaterThan(Date.now());
    });

    it('is rejected from another user', async () => {
      const other = await stack.people.customer('Another');
      socket.send({ type: 'authenticate', token: other.socketToken });
      await socket.expectMessage({ type: 'error', code: 'forbidden' });
    });
  });
});

describe('/ws/health/', () => {
  it('reports the state of the service to anyone', async () => {
    const stack = await startStack();
    const socket = await open(`${stack.otherUrl}/ws/health/`);
    socket.send({ type: 'status', request_id: 'h' });
    await socket.expectMessage({
      type: 'health',
      status: 'ok',
      checks: { database: expect.anything(), channel_layer: expect.anything() },
      uptime_s: expect.any(Number),
      connections: 1,
      request_id: 'h',
    });
    socket.send({ type: 'ping' });
    await socket.expectMessage('pong');
    await socket.close();
    await stack.stop();
  });
});
