import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/people.js';
import { openStream } from '../support/clients/event-stream.js';
import { open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

let stack: Stack;
let customer: Person;
beforeAll(async () => {
  stack = await startStack({ HANDSHAKE_TIMEOUT: '1', REQUEST_TIMEOUT: '2', KEEP_ALIVE_TIMEOUT: '1' });
  customer = await stack.people.customer();
});
afterAll(() => stack.stop());

interface Ending {
  readonly seconds: number;
  readonly received: string;
}

/** Opens a connection that never closes its own side, and waits until the server has closed it. */
async function endOf(use: (socket: Socket) => void): Promise<Ending> {
  const { port, hostname } = new URL(stack.url);
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  await once(socket, 'connect');
  const start = Date.now();
  let received = '';
  socket.on('data', (data: Buffer) => (received += data.toString('latin1')));
  socket.on('error', () => undefined);
  use(socket);
  // Only a reset or an end by the server is reported here, because writing to a destroyed connection fails.
  const knock = setInterval(() => socket.write(''), 50);
  await Promise.race([once(socket, 'end'), once(socket, 'close')]);
  clearInterval(knock);
  socket.destroy();
  return { seconds: (Date.now() - start) / 1_000, received };
}

/** Sends one byte at a time, as long as the connection accepts them. */
function drip(socket: Socket, start: string, byte: string): void {
  socket.write(start);
  const timer = setInterval(() => socket.write(byte), 20);
  socket.once('close', () => {
    clearInterval(timer);
  });
}

const CHUNKED =
  'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
const LONG =
  'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50000\r\n\r\n{';
const UPGRADE = 'GET /ws/health/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';

describe('a connection is closed', () => {
  /** A limit in seconds that allows for a busy machine, and is far from Node's defaults of 30 and 300 seconds. */
  it.each<[string, number, number, (socket: Socket) => void]>([
    ['if it receives no bytes', 1, 6, () => undefined],
    ['if it receives half of its headers', 1, 6, (socket) => void socket.write('GET / HTTP/1.1\r\nHost: x\r\n')],
    ['if its headers arrive byte by byte', 1, 6, (socket) => drip(socket, 'GET / HTTP/1.1\r\nX: ', 'x')],
    ['if it receives half of a handshake', 1, 6, (socket) => void socket.write(UPGRADE)],
    ['if its handshake arrives byte by byte', 1, 6, (socket) => drip(socket, `${UPGRADE}X: `, 'x')],
    ['if it receives half of a body', 2, 8, (socket) => void socket.write(LONG)],
    ['if its body arrives byte by byte', 2, 8, (socket) => drip(socket, LONG, ' ')],
    ['if its chunks arrive byte by byte', 2, 8, (socket) => drip(socket, CHUNKED, '1\r\n \r\n')],
    [
      'if it is idle after an answer',
      1,
      6,
      (socket) => void socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n'),
    ],
    ['if it receives bytes other than HTTP, one by one', 0, 4, (socket) => drip(socket, 'nonsense\r\n\r\n', 'x')],
  ])('%s', async (_, atLeast, atMost, use) => {
    const { seconds } = await endOf(use);
    expect(seconds).toBeGreaterThanOrEqual(atLeast * 0.9);
    expect(seconds).toBeLessThan(atMost);
  });

  it('with 408 if a request has begun', async () => {
    const { received } = await endOf((socket) => void socket.write(LONG));
    expect(received).toMatch(/^HTTP\/1\.1 408 [^]*application\/problem\+json/);
  });

  it('if the client keeps sending requests and reads no answer', async () => {
    const asked = 40;
    const path = '/api/docs/swagger-ui-bundle.js';
    const { length } = await (await fetch(stack.url + path)).text();
    let others: Promise<unknown> | undefined;
    const { received } = await endOf((socket) => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(asked));
      socket.pause();
      // Waits for twice the deadline, and then reads everything that was sent.
      others = (async () => {
        for (let n = 0; n < 2; n += 1) await endOf((idle) => void idle.write(LONG));
        socket.resume();
      })();
    });
    await others;
    expect(received.length).toBeGreaterThan(0);
    expect(received.length).toBeLessThan((asked * length) / 2);
  });
});

it('is kept while its client reads, however slowly', async () => {
  const asked = 40;
  const path = '/api/docs/swagger-ui-bundle.js';
  const { length } = await (await fetch(stack.url + path)).text();
  const { port, hostname } = new URL(stack.url);
  const socket = connect({ port: Number(port), host: hostname });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(asked));
  const began = Date.now();
  let received = 0;
  let pausedAt = 0;
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    received += data.length;
    // A megabyte each 200 ms, so that all answers take several times the deadline.
    if (received - pausedAt < 1_000_000) return;
    pausedAt = received;
    socket.pause();
    setTimeout(() => socket.resume(), 200);
  });
  await once(socket, 'close');
  expect(received).toBeGreaterThan(asked * length);
  expect(Date.now() - began).toBeGreaterThan(3 * 2_000);
}, 60_000);

it('later if it is a socket or an event stream', async () => {
  const socket = await open(`${stack.url}/ws/notifications/`, { token: customer.socketToken });
  await socket.expectMessage('connection_established');
  const stream = await openStream(`${stack.url}/api/notifications/stream/`, { token: customer.socketToken });
  await stream.expectEvent('connection_established');
  // Waits for longer than any deadline here: three connections, one after the other, each closed by the longest
  // deadline.
  for (let n = 0; n < 2; n += 1) await endOf((idle) => void idle.write(LONG));
  socket.send({ type: 'ping' });
  await socket.expectMessage('pong');
  expect(stream.answer.closed).toBe(false);
  stream.close();
  await socket.close();
});
