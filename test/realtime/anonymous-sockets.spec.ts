import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openStream } from '../support/clients/event-stream.js';
import { expectHandshakeError, open } from '../support/clients/socket-client.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

/** The stack closes sockets that a test leaves open. */
const LEFT_OPEN = ['disconnect'];

/** A socket that is open and answers. */
async function openHealth(url: string, headers: Record<string, string> = {}): Promise<SocketClient> {
  const socket = await open(`${url}/ws/health/`, { headers, ignore: LEFT_OPEN });
  socket.send({ type: 'ping' });
  await socket.expectMessage('pong');
  return socket;
}

describe('sockets without a token', () => {
  let stack: Stack;
  afterEach(() => stack.stop());

  it('are limited to 50 for an address by default; the next one gets 4008, and one with a token is accepted', async () => {
    stack = await startStack();
    const customer = await stack.people.customer();
    const sockets = await Promise.all(Array.from({ length: 50 }, () => openHealth(stack.otherUrl)));
    await (await open(`${stack.otherUrl}/ws/health/`)).expectClose(4008);
    const token = customer.socketToken;
    const known = await open(`${stack.otherUrl}/ws/notifications/`, { token, ignore: LEFT_OPEN });
    await known.expectMessage('connection_established');
    await sockets[0]?.close();
    await openHealth(stack.otherUrl);
  });

  it('are counted by /64, behind a proxy too', async () => {
    stack = await startStack({ MAX_ANONYMOUS_SOCKETS_PER_ADDRESS: '1', TRUST_PROXY: 'true' });
    const from = (address: string) => ({ 'x-forwarded-for': `192.0.2.1, ${address}` });
    await openHealth(stack.otherUrl, from('2001:db8:1:2::1'));
    const same = await open(`${stack.otherUrl}/ws/health/`, { headers: from('2001:db8:1:2:ffff::1') });
    await same.expectClose(4008);
    await openHealth(stack.otherUrl, from('2001:db8:1:3::1'));
  });

  it('are limited for the whole process with 503, together with event streams', async () => {
    stack = await startStack({ MAX_ANONYMOUS_SOCKETS: '1', ANONYMOUS_BROADCASTS: 'true' });
    const customer = await stack.people.customer();
    await openHealth(stack.otherUrl);
    const headers = await expectHandshakeError(`${stack.otherUrl}/ws/health/`, 503);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    const url = `${stack.otherUrl}/api/notifications/stream/`;
    await expect(openStream(url)).rejects.toThrow('refused with 503');
    const known = await openStream(url, { token: customer.socketToken });
    known.close();
  });
});

describe('rejected event streams', () => {
  let stack: Stack;
  afterEach(() => stack.stop());

  it('do not reduce the count of their address when their connection ends', async () => {
    stack = await startStack({ MAX_SOCKETS_PER_ADDRESS: '2' });
    const customer = await stack.people.customer();
    const url = `${stack.otherUrl}/ws/notifications/`;
    const token = customer.socketToken;
    const first = await open(url, { token, ignore: LEFT_OPEN });
    await first.expectMessage('connection_established');

    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = 0; n < 12; n += 1) {
      const asked = request(`${stack.otherUrl}/api/notifications/stream/`, { agent }).end();
      const [answer] = (await once(asked, 'response')) as [NodeJS.ReadableStream & { statusCode: number }];
      expect(answer.statusCode).toBe(401);
      answer.resume();
      await once(answer, 'end');
    }
    agent.destroy();

    const second = await open(url, { token, ignore: LEFT_OPEN });
    await second.expectMessage('connection_established');
    await (await open(url, { token })).expectClose(4008);
  });
});
