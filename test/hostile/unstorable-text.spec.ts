import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { assign, placeOrder } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { rest } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

/** The texts as clients write them in JSON. PostgreSQL cannot store them. */
const UNSTORABLE = ['\\ud800', '\\udc00x', '\\u0000'];

interface Problem {
  readonly errors?: readonly { readonly pointer: string }[];
}

let stack: Stack;
let admin: Person;
let customer: Person;
let partner: Person;
beforeAll(async () => {
  stack = await startStack();
  admin = await stack.people.admin();
  customer = await stack.people.customer();
  partner = await stack.people.partner();
});
afterAll(() => stack.stop());

describe('text that cannot be stored', () => {
  const order = (name: string): string =>
    `{"pickup_address":"A","delivery_address":"B","items":[{"name":"${name}","quantity":1,"unit_price":1}]}`;
  const bodies: [string, string, (text: string) => string][] = [
    ['POST /api/auth/login', '#/email', (text) => `{"email":"a${text}@example.com","password":"x"}`],
    ['POST /api/auth/login', '#/password', (text) => `{"email":"a@example.com","password":"${text}"}`],
    ['POST /api/auth/register', '#/email', (text) => `{"email":"a${text}@example.com","password":"long enough!"}`],
    ['PATCH /api/auth/me', '#/name', (text) => `{"name":"${text}"}`],
    ['PATCH /api/auth/me', '#/phone', (text) => `{"phone":"${text}"}`],
    ['POST /api/orders/', '#/items/0/name', order],
    ['PUT /api/notifications/preferences/', '#/types', (text) => `{"types":{"${text}":{"channels":[]}}}`],
  ];

  it.each(bodies)('is rejected by %s, naming %s', async (line, pointer, bodyWith) => {
    for (const text of UNSTORABLE) {
      const answer = await rest<Problem>(stack.url, line, { token: customer.accessToken, body: bodyWith(text) });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    }
  });

  it('is answered with an error frame on a socket, also in the request_id', async () => {
    const placed = await assign(stack, admin, await placeOrder(stack, customer), partner);
    const socket = await open(`${stack.url}/ws/orders/${placed.id}/`, { token: customer.socketToken });
    await socket.expectMessage('connection_established');
    for (const text of UNSTORABLE) {
      socket.send(`{"type":"chat_message","text":"${text}"}`);
      await socket.expectMessage({ type: 'error', code: 'invalid_message', errors: [{ pointer: '#/text' }] });
      socket.send(`{"type":"chat_message","text":"hello","request_id":"${text}"}`);
      await socket.expectMessage({ type: 'error', code: 'invalid_message', errors: [{ pointer: '#/request_id' }] });
    }
    await socket.close();
  });
});

it('does not concern a token that expires later than any date, which is accepted', async () => {
  const key = new TextEncoder().encode(stack.environment.JWT_SECRET);
  const token = await new SignJWT({ user_id: customer.id, exp: 1e300 }).setProtectedHeader({ alg: 'HS256' }).sign(key);
  const socket = await open(`${stack.url}/ws/notifications/`, { token });
  await socket.expectMessage('connection_established');
  socket.send({ type: 'authenticate', token });
  await socket.expectMessage({ type: 'authenticated', expires_at: '+275760-09-13T00:00:00.000Z' });
  for (const path of ['auth/me/', 'realtime/token/']) {
    expect(await rest(stack.url, `GET /api/${path}`, { token })).toMatchObject({ status: 200 });
  }
  await socket.close();
});
