import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { must } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

describe('compression', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ COMPRESSION: 'true' });
  });
  afterAll(() => stack.stop());

  async function follow(offer: boolean, since?: string): Promise<{ socket: SocketClient; position: string }> {
    const { socketToken } = await stack.people.customer();
    const options = { token: socketToken, ws: { perMessageDeflate: offer }, ...(since && { since }) };
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, options);
    const { position } = await socket.expectMessage<{ position: string }>('connection_established');
    return { socket, position };
  }

  const broadcast = async (message: string): Promise<unknown> => {
    const { accessToken: token } = await stack.people.admin();
    const body = { broadcast: true, notification_type: 'general', title: 'To all', message };
    return must(stack.url, 'POST /api/notifications/', { token, body });
  };

  it('is negotiated with clients that offer it, and both kinds of clients receive the same messages', async () => {
    const [one, two, plain] = [await follow(true), await follow(true), await follow(false)];
    expect(one.socket.headers['sec-websocket-extensions']).toContain('server_no_context_takeover');
    expect(plain.socket.headers['sec-websocket-extensions']).toBeUndefined();
    const notification = await broadcast('Es geht weiter. '.repeat(200));
    const positions = new Set<string>();
    for (const { socket } of [one, two, plain]) {
      const { position } = await socket.expectMessage<{ position: string }>({ type: 'notification', notification });
      positions.add(position);
    }
    // Each has its own position in the stream of its user.
    expect(positions.size).toBe(3);
  });

  it('accepts compressed messages, and rejects those that become too large', async () => {
    const { socket } = await follow(true);
    socket.send({ type: 'ping', filler: 'x'.repeat(2_000) });
    await socket.expectMessage('pong');
    socket.send({ type: 'ping', filler: 'x'.repeat(10_000_000) });
    expect(await socket.expectClose(1009)).toBeNull();
  });

  it('is not used for clients that request a smaller window', async () => {
    const { socketToken: token } = await stack.people.customer();
    const ws = { perMessageDeflate: { serverMaxWindowBits: 9 } };
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, { token, ws });
    await socket.expectMessage('connection_established');
    // With a window of 512 bytes, no client could decode references over 20,000 bytes.
    const message = Array.from({ length: 700 }, (_, n) => n).join(' ');
    const notification = await broadcast(message);
    await socket.expectMessage({ type: 'notification', notification });
  });
});
