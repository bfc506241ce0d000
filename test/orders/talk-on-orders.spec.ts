import { describe, expect, it } from '@jest/globals';
import { follow } from '../support/clients/follow.js';
import { admin, carla, order, path, paul, setSceneWithOrder, stack } from '../support/scenes/order-scene.js';
import { assign, placeOrder } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { must, rest } from '../support/clients/rest.js';

const HERE = { latitude: 52.520008, longitude: 13.404954 };

setSceneWithOrder();

describe('location_update', () => {
  it('from the assigned partner reaches all sockets of the order', async () => {
    const { socket: driver } = await follow(stack, path, paul);
    const { socket } = await follow(stack, path, carla);
    const place = { ...HERE, accuracy: 8, heading: 270 };
    const timestamp = Date.now() - 60_000;
    driver.send({ type: 'location_update', ...place, timestamp, request_id: 'l1', speed: 12 });
    await driver.expectMessages({ type: 'accepted', request_id: 'l1' }, 'location');
    const heard = await socket.expectMessage('location');
    expect(heard).toEqual({ type: 'location', ...place, timestamp: new Date(timestamp).toISOString() });
  });

  it('over REST reaches them too', async () => {
    const { socket } = await follow(stack, path, carla);
    await must(stack.url, `POST /api/orders/${order.id}/location/`, { token: paul.accessToken, body: HERE });
    await socket.expectMessage({ type: 'location', ...HERE, timestamp: expect.any(String) });
  });

  it('from other users is forbidden', async () => {
    for (const person of [carla, admin]) {
      const { socket } = await follow(stack, path, person);
      socket.send({ type: 'location_update', ...HERE, request_id: 7 });
      await socket.expectMessage({ type: 'error', code: 'forbidden', request_id: 7 });
    }
  });

  it('with invalid fields is rejected, and the socket stays open', async () => {
    const { socket } = await follow(stack, path, paul);
    socket.send({ type: 'location_update', latitude: 91, longitude: 'x' });
    const error = await socket.expectMessage<{ errors: { pointer: string }[] }>({
      type: 'error',
      code: 'invalid_message',
    });
    expect(error.errors.map(({ pointer }) => pointer)).toEqual(['#/latitude', '#/longitude']);
    socket.send({ type: 'ping' });
    await socket.expectMessage('pong');
  });
});

describe('chat_message', () => {
  it('reaches both sides; the copy for the sender answers the request', async () => {
    const { socket: customer } = await follow(stack, path, carla);
    const { socket: partner } = await follow(stack, path, paul);
    customer.send({ type: 'chat_message', text: 'Where are you?', request_id: 'c1' });
    const own = await customer.expectMessage<{ message: { id: string } }>('chat_message');
    expect(own).toEqual({
      type: 'chat_message',
      message: { id: expect.any(String), sender_id: carla.id, text: 'Where are you?', created_at: expect.any(String) },
      position: expect.any(String),
      request_id: 'c1',
    });
    const heard = await partner.expectMessage({ type: 'chat_message', message: own.message });
    expect(heard).not.toHaveProperty('request_id');
    partner.send({ type: 'chat_message', text: 'At the door' });
    await customer.expectMessage({ type: 'chat_message', message: { sender_id: paul.id } });
    await partner.expectMessage({ type: 'chat_message', message: { sender_id: paul.id } });
    const line = `GET /api/orders/${order.id}/messages/`;
    const chat = await must<{ results: unknown[] }>(stack.url, line, { token: paul.accessToken });
    expect(chat.results[0]).toEqual(own.message);
    expect(chat.results).toHaveLength(2);
  });

  it.each([{}, { text: '' }, { text: 'x'.repeat(4001) }, { text: 'a\0b' }, { text: ['a'] }])(
    'is rejected as %o',
    async (members) => {
      const { socket } = await follow(stack, path, carla);
      socket.send({ type: 'chat_message', ...members });
      await socket.expectMessage({ type: 'error', code: 'invalid_message', errors: [{ pointer: '#/text' }] });
      await socket.expectNothing();
    },
  );

  it('is permitted for the participants only, not for administrators', async () => {
    const { socket } = await follow(stack, path, admin);
    socket.send({ type: 'chat_message', text: 'hello', request_id: 1 });
    await socket.expectMessage({ type: 'error', code: 'forbidden', request_id: 1 });
    const body = { text: 'hi' };
    await must(stack.url, `POST /api/orders/${order.id}/messages/`, { token: carla.accessToken, body });
    await socket.expectMessage({ type: 'chat_message', message: body });
  });
});

describe('chat_read', () => {
  const line = (end = ''): string => `/api/orders/${order.id}/messages/${end}`;
  const say = (person: Person, text: string): Promise<{ id: string }> =>
    must(stack.url, `POST ${line()}`, { token: person.accessToken, body: { text } });
  const readTimes = async (): Promise<(string | undefined)[]> => {
    const { results } = await must<{ results: { read_at?: string }[] }>(stack.url, `GET ${line()}`, {
      token: carla.accessToken,
    });
    return results.map(({ read_at: at }) => at);
  };

  it('informs both sides which messages a participant has read; the list then contains the time', async () => {
    const [first, mine, last] = [await say(paul, 'one'), await say(carla, 'two'), await say(paul, 'three')];
    const { socket: customer } = await follow(stack, path, carla);
    const { socket: partner } = await follow(stack, path, paul);
    customer.send({ type: 'chat_read', message_id: first.id, request_id: 'r1' });
    const [, own] = await customer.expectMessages({ type: 'accepted', request_id: 'r1' }, 'chat_read');
    const told = await partner.expectMessage<{ read_at: string }>('chat_read');
    expect(told).toEqual({
      type: 'chat_read',
      user_id: carla.id,
      message_id: first.id,
      read_at: expect.any(String),
      position: expect.any(String),
    });
    expect(own).toEqual(told);
    expect(await readTimes()).toEqual([told.read_at, undefined, undefined]);

    await must(stack.url, `POST ${line(`${last.id}/read/`)}`, { token: carla.accessToken });
    await partner.expectMessage({ type: 'chat_read', message_id: last.id });
    await customer.expectMessage({ type: 'chat_read', message_id: last.id });
    // A known state, and the reader's own messages: nothing is published.
    customer.send({ type: 'chat_read', message_id: mine.id, request_id: 'r2' });
    await customer.expectMessage({ type: 'accepted', request_id: 'r2' });
    expect(await readTimes()).toEqual([told.read_at, undefined, expect.any(String)]);
    await partner.expectNothing();
  });

  it('reaches a socket that resumes', async () => {
    const { id } = await say(paul, 'Where do I ring?');
    const { socket, greeting } = await follow(stack, path, paul);
    await socket.close();
    await must(stack.url, `POST ${line(`${id}/read/`)}`, { token: carla.accessToken });
    const back = await follow(stack, path, paul, { since: greeting.position });
    await back.socket.expectMessage({ type: 'chat_read', message_id: id, user_id: carla.id });
  });

  it('is permitted for messages of this chat, and for its participants', async () => {
    const other = await assign(stack, admin, await placeOrder(stack, carla), paul);
    const elsewhere = await must<{ id: string }>(stack.url, `POST /api/orders/${other.id}/messages/`, {
      token: paul.accessToken,
      body: { text: 'elsewhere' },
    });
    const here = await say(paul, 'here');
    const { socket } = await follow(stack, path, carla);
    for (const message_id of [elsewhere.id, 'nonsense']) {
      socket.send({ type: 'chat_read', message_id, request_id: 1 });
      await socket.expectMessage({ type: 'error', code: 'not_found', request_id: 1 });
    }
    socket.send({ type: 'chat_read' });
    await socket.expectMessage({ type: 'error', code: 'invalid_message', errors: [{ pointer: '#/message_id' }] });
    const stranger = await stack.people.customer();
    for (const [person, status] of [
      [admin, 403],
      [stranger, 403],
    ] as const) {
      const answer = await rest(stack.url, `POST ${line(`${here.id}/read/`)}`, { token: person.accessToken });
      expect(answer.status).toBe(status);
    }
    expect(await readTimes()).toEqual([undefined]);
  });
});

describe('ack', () => {
  it('is accepted for a position of this socket only', async () => {
    const { socket, greeting } = await follow(stack, path, carla);
    socket.send({ type: 'ack', position: greeting.position, request_id: 1 });
    await socket.expectMessage({ type: 'accepted', request_id: 1 });
    const other = await follow(stack, '/ws/notifications/', carla);
    for (const position of [other.greeting.position, 'x']) {
      socket.send({ type: 'ack', position });
      await socket.expectMessage({ type: 'error', code: 'invalid_message', errors: [{ pointer: '#/position' }] });
    }
  });
});
