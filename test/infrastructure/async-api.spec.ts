import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { CLOSE_REASONS } from '../../src/realtime/close-codes.js';
import type { AsyncApiDocument } from '../../src/realtime/async-api.js';
import type { JsonSchema } from '../../src/realtime/json-schema.js';
import { notify } from '../support/notification-story.js';
import { assign, moveTo, placeOrder } from '../support/order-story.js';
import { open, settleSockets } from '../support/socket-client.js';
import type { Expected, Frame, SocketClient } from '../support/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

let stack: Stack;
let text: string;
let document: AsyncApiDocument;
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
formats.default(ajv);
// Not a word of JSON Schema: where the references point to.
ajv.addKeyword('components');

beforeAll(async () => {
  stack = await startStack();
  text = await (await fetch(`${stack.url}/api/asyncapi.json`)).text();
  document = JSON.parse(text) as AsyncApiDocument;
});
afterEach(settleSockets);
afterAll(() => stack.stop());

/** The keys of a channel's messages that start like this: `client.`, `server.`. */
function typesOf(channel: string, direction: string): string[] {
  const keys = Object.keys(document.channels[channel]?.messages ?? {}).filter((key) => key.startsWith(direction));
  return keys.map((key) => document.components.messages[key]?.name ?? key).sort();
}

/** A schema together with what it refers to. */
function compiled(schema: JsonSchema): ValidateFunction {
  return ajv.compile({ allOf: [schema], components: { schemas: document.components.schemas } });
}

/** Validates against the payload of the message of that type that the channel names. */
function expectDocumented(channel: string, frame: Frame): void {
  const { messages } = document.components;
  const key = Object.keys(document.channels[channel]?.messages ?? {}).find(
    (one) => one.startsWith('server.') && messages[one]?.name === frame.type,
  );
  const validate = compiled(messages[key ?? '']?.payload ?? { not: {} });
  validate(frame);
  expect({ frame, errors: validate.errors }).toEqual({ frame, errors: null });
}

describe('the document', () => {
  it('is AsyncAPI 3', async () => {
    const diagnostics = await new Parser().validate(text);
    const grave = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
    expect(grave.map(({ code, message, path }) => ({ code, message, path }))).toEqual([]);
  });

  it('has every endpoint', () => {
    const addresses = Object.values(document.channels).map(({ address }) => address);
    expect(addresses.sort()).toEqual([
      '/ws/health/',
      '/ws/notifications/',
      '/ws/notifications/{user_id}/',
      '/ws/orders/{order_id}/',
      '/ws/partner/',
    ]);
    expect(document.servers).toEqual({ tidings: { host: new URL(stack.url).host, protocol: 'ws' } });
  });

  it('has every message', () => {
    const engine = ['accepted', 'authenticated', 'connection_established', 'disconnect', 'error', 'pong'];
    const notifications = ['mark_all_read_response', 'mark_read_response', 'notification', 'notification_read'];
    const others = ['notification_status', 'unread_count'];
    const common = ['authenticate', 'ping'];
    const table = Object.keys(document.channels).map((name) => [
      name,
      typesOf(name, 'client'),
      typesOf(name, 'server'),
    ]);
    expect(table.sort()).toEqual([
      ['health', ['ping', 'status'], ['accepted', 'disconnect', 'error', 'health', 'pong']],
      [
        'notifications',
        [...common, 'mark_all_read', 'mark_read'].sort(),
        [...engine, ...notifications, ...others].sort(),
      ],
      [
        'order_tracking',
        [...common, 'chat_message', 'location_update'].sort(),
        [...engine, 'chat_message', 'location', 'order_update'].sort(),
      ],
      ['partner', common, [...engine, 'earnings_update', 'new_order'].sort()],
      [
        'user_notifications',
        [...common, 'mark_all_read', 'mark_read'].sort(),
        [...engine, ...notifications, ...others].sort(),
      ],
    ]);
  });

  it('gives an example of each message that is one', () => {
    for (const { name, payload, examples } of Object.values(document.components.messages)) {
      expect({ name, examples }).toEqual({ name, examples: [{ payload: expect.objectContaining({ type: name }) }] });
      const validate = compiled(payload);
      validate(examples[0]?.payload);
      expect({ name, errors: validate.errors }).toEqual({ name, errors: null });
    }
  });

  it('names the ways to authenticate and every close code', () => {
    expect(Object.keys(document.components.securitySchemes ?? {})).toHaveLength(4);
    const { description } = document.info as { description: string };
    for (const { code, reason } of Object.values(CLOSE_REASONS)) expect(description).toContain(`${code} | ${reason}`);
  });

  it('is for anyone, and read only', async () => {
    const answer = await fetch(`${stack.url}/api/asyncapi.json`, { method: 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('what is received is what is documented', () => {
  it('on the notifications of a user', async () => {
    const [admin, carla] = await Promise.all([stack.people.admin(), stack.people.customer()]);
    const socket = await open(`${stack.url}/ws/notifications/`, { token: carla.socketToken });
    const expectNext = expecting('notifications', socket);
    await expectNext('connection_established');
    const { id } = await notify(stack, admin, { user_id: carla.id, data: { link: '/status' } });
    for (const frame of await socket.expectMessages('notification', 'unread_count')) {
      expectDocumented('notifications', frame);
    }
    socket.send({ type: 'mark_read', notification_id: id, request_id: 1 });
    for (const frame of await socket.expectMessages('mark_read_response', 'unread_count')) {
      expectDocumented('notifications', frame);
    }
    socket.send({ type: 'mark_all_read', request_id: 'x' });
    await expectNext('mark_all_read_response');
    socket.send({ type: 'ping', timestamp: 1 });
    await expectNext('pong');
    socket.send({ type: 'authenticate', token: carla.socketToken });
    await expectNext('authenticated');
    socket.send({ type: 'mark_read' });
    await expectNext('error');
  });

  it('on an order, and by its partner', async () => {
    const { people } = stack;
    const [admin, carla, paul] = await Promise.all([people.admin(), people.customer(), people.partner()]);
    const order = await placeOrder(stack, carla);
    const socket = await open(`${stack.url}/ws/orders/${order.id}/`, { token: carla.socketToken });
    const partner = await open(`${stack.url}/ws/partner/`, { token: paul.socketToken });
    const expectNext = expecting('order_tracking', socket);
    const expectPartner = expecting('partner', partner);
    await expectNext('connection_established');
    await expectPartner('connection_established');
    await assign(stack, admin, order, paul);
    await expectNext('order_update');
    await expectPartner('new_order');

    const rider = await open(`${stack.url}/ws/orders/${order.id}/`, { token: paul.socketToken });
    const expectRider = expecting('order_tracking', rider);
    await expectRider('connection_established');
    rider.send({ type: 'location_update', latitude: 52.5, longitude: 13.4, request_id: 1 });
    for (const frame of await rider.expectMessages('accepted', 'location')) expectDocumented('order_tracking', frame);
    await expectNext('location');
    socket.send({ type: 'chat_message', text: 'I am at the door', request_id: 'mine' });
    await expectNext({ type: 'chat_message', request_id: 'mine' });
    await expectRider('chat_message');

    rider.terminate();
    await moveTo(stack, paul, order, 'completed');
    for (let step = 0; step < 6; step += 1) await expectNext('order_update');
    await expectPartner('earnings_update');
  });

  it('on the health socket, and where a socket is refused', async () => {
    const socket = await open(`${stack.url}/ws/health/`);
    socket.send({ type: 'status', request_id: 1 });
    await expecting('health', socket)('health');
    const refused = await open(`${stack.url}/ws/partner/`);
    expectDocumented('partner', (await refused.expectClose(4001)) as Frame);
  });
});

/** The next message must be this one, as documented. */
function expecting(channel: string, socket: SocketClient): (expected: Expected) => Promise<void> {
  return async (expected) => expectDocumented(channel, await socket.expectMessage(expected));
}
