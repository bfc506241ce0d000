import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/people.js';
import { must } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

let stack: Stack;
let customer: Person;
beforeAll(async () => {
  stack = await startStack();
  customer = await stack.people.customer();
});
afterAll(() => stack.stop());

/** Collects all bytes that the service sends on a connection. */
async function answersTo(requests: string): Promise<string> {
  const { hostname, port } = new URL(stack.url);
  const socket = connect({ host: hostname, port: Number(port) }).setEncoding('latin1');
  const received = seen(socket);
  socket.write(requests, 'latin1');
  await once(socket, 'close');
  return received.text;
}

interface Seen {
  readonly text: string;
  /** Resolves when this text has arrived. */
  until(part: string): Promise<void>;
}

function seen(socket: Socket): Seen {
  let text = '';
  socket.on('data', (part: string) => (text += part));
  return {
    get text() {
      return text;
    },
    until: async (part) => {
      while (!text.includes(part)) await once(socket, 'data');
    },
  };
}

function statuses(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
const bodyOf = (received: string): string => received.slice(received.indexOf('\r\n\r\n') + 4);

const head = (line: string, ...fields: string[]): string =>
  [`${line} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${customer.socketToken}`, ...fields, '', ''].join(
    '\r\n',
  );
const signedIn = (line: string, ...fields: string[]): string =>
  head(line, ...fields).replace(customer.socketToken, customer.accessToken);

const HANDSHAKE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Version: 13',
];
const GARBAGE = 'no request at all\r\n\r\n';
const LAST = 'Connection: close';

describe('an answer to HEAD has no body, for a request', () => {
  it.each([
    ['whose address is too long', (): string => head(`HEAD /${'x'.repeat(20_000)}`)],
    ['whose chunks are broken', (): string => `${head('HEAD /api/orders/', 'Transfer-Encoding: chunked')}zz\r\n`],
    ['that requests a WebSocket', (): string => head('HEAD /ws/health/', LAST, ...HANDSHAKE)],
    ['that requests a WebSocket at an unknown path', (): string => head('HEAD /ws/none/', LAST, ...HANDSHAKE)],
    ['for an event stream', (): string => head('HEAD /api/notifications/stream/', LAST)],
    ['for nothing', (): string => head('HEAD /nothing', LAST)],
  ])('%s', async (_, request) => {
    const received = await answersTo(request());
    expect(statuses(received)).toEqual([expect.any(Number)]);
    expect(bodyOf(received)).toBe('');
  });
});

describe('a problem document answers', () => {
  const problem = (status: number): RegExp =>
    new RegExp(
      `^HTTP/1\\.1 ${String(status)} [^]*content-type: application/problem\\+json[^]*"status":${String(status)}`,
      'i',
    );

  it.each<[string, number, () => string]>([
    ['an expectation other than 100-continue', 417, () => head('GET /api/orders/', 'Expect: 200-ok', LAST)],
    ['a request without Host', 400, () => head('GET /api/orders/', LAST).replace('Host: localhost\r\n', '')],
    ['a request with two Hosts', 400, () => head('GET /api/orders/', 'host: evil.test', LAST)],
    ['headers without end', 431, () => head(`GET /${'x'.repeat(20_000)}`)],
  ])('%s', async (_, status, request) => {
    expect(await answersTo(request())).toMatch(problem(status));
  });
});

describe('an unreadable request is answered after the request before it', () => {
  it('if that request reads', async () => {
    const received = await answersTo(signedIn('GET /api/notifications/') + GARBAGE);
    expect(statuses(received)).toEqual([200, 400]);
    expect(received).toContain('"results":[]');
  });

  it('if that request writes', async () => {
    const order = JSON.stringify({
      pickup_address: 'A Street 1',
      delivery_address: 'B Street 2',
      items: [{ name: 'Tea', quantity: 1, unit_price: 2.5 }],
    });
    const fields = ['Content-Type: application/json', `Content-Length: ${String(order.length)}`];
    const received = await answersTo(signedIn('POST /api/orders/', ...fields) + order + GARBAGE);
    expect(statuses(received)).toEqual([201, 400]);
  });

  it('if its answer is an event stream', async () => {
    const { hostname, port } = new URL(stack.url);
    const socket = connect({ host: hostname, port: Number(port) }).setEncoding('latin1');
    const received = seen(socket);
    socket.write(head('GET /api/notifications/stream/'));
    await received.until('event: connection_established');
    socket.write(GARBAGE);
    const admin = await stack.people.admin();
    const body = { user_id: customer.id, notification_type: 'news', title: 'News', message: 'Read it.' };
    await must(stack.url, 'POST /api/notifications/', { token: admin.accessToken, body });
    await received.until('event: notification');
    expect(statuses(received.text)).toEqual([200]);
    socket.destroy();
  });
});

describe('answers are sent in the order of their requests', () => {
  it('and an event stream is rejected if it would have to wait for another answer', async () => {
    const received = await answersTo(
      signedIn('GET /api/notifications/') + head('GET /api/notifications/stream/', LAST),
    );
    expect(statuses(received)).toEqual([200, 400]);
    expect(received).not.toContain('event:');
  });

  it('and so is a WebSocket', async () => {
    const received = await answersTo(
      signedIn('GET /api/notifications/') +
        head('GET /ws/notifications/', ...HANDSHAKE.slice(1), 'Connection: Upgrade, close'),
    );
    expect(statuses(received)).toEqual([200, 404]);
  });
});

describe('an offer to upgrade to another protocol', () => {
  const offer = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'];

  it('does not change the answer', async () => {
    const body = '{"pickup_address":""}';
    const fields = ['Content-Type: application/json', `Content-Length: ${String(body.length)}`];
    expect(statuses(await answersTo(signedIn('GET /api/auth/me', ...offer)))).toEqual([200]);
    const received = await answersTo(signedIn('POST /api/orders/', ...offer, ...fields) + body);
    expect(statuses(received)).toEqual([400]);
    expect(received).toContain('"pointer":"#/pickup_address"');
  });

  it('closes the connection after the answer, because Node loses the rest of the same packet', async () => {
    const received = await answersTo(signedIn('GET /api/auth/me', ...offer) + head('GET /health/live'));
    expect(statuses(received)).toEqual([200]);
    expect(received).toMatch(/^connection: close\r$/im);
  });
});
