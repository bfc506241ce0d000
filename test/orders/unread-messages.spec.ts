import { describe, expect, it } from '@jest/globals';
import { statusCodes } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import type { Person } from '../support/people.js';
import {
  admin,
  ask,
  carla,
  order,
  paul,
  rival,
  setSceneWithOrder,
  stack,
  stranger,
  takeOrder,
} from '../support/scenes/order-scene.js';
import { assign } from '../support/scenes/order-story.js';

interface Sent {
  readonly id: string;
  readonly text: string;
}

setSceneWithOrder();

const say = async (person: Person, text: string): Promise<Sent> =>
  (await ask<Sent>(`POST /api/orders/${order.id}/messages/`, person, { text })).body;
const read = (person: Person, { id }: Sent): Promise<unknown> =>
  ask(`POST /api/orders/${order.id}/messages/${id}/read/`, person);
const unread = async (person: Person): Promise<number> =>
  (await ask<{ count: number }>(`GET /api/orders/${order.id}/messages/unread-count/`, person)).body.count;

describe('unread chat messages', () => {
  it('are counted by order until their reader says that they were read', async () => {
    const first = await say(carla, 'Are you there?');
    const second = await say(carla, 'Hello?');
    expect([await unread(paul), await unread(carla)]).toEqual([2, 0]);
    const former = order.id;
    await takeOrder();
    await say(carla, 'and this one');
    const all = await ask<{ total: number; results: object[] }>('GET /api/orders/messages/unread/', paul);
    expect(all.body.results.slice(0, 2)).toEqual([
      { order_id: order.id, unread_count: 1 },
      { order_id: former, unread_count: 2 },
    ]);
    expect(all.body.total).toBeGreaterThanOrEqual(3);
    await ask(`POST /api/orders/${former}/messages/${first.id}/read/`, paul);
    const line = `GET /api/orders/${former}/messages/unread-count/`;
    expect((await ask(line, paul)).body).toEqual({ count: 1 });
    await ask(`POST /api/orders/${former}/messages/${second.id}/read/`, paul);
    expect((await ask(line, paul)).body).toEqual({ count: 0 });
  });

  it('are not those from before the assignment', async () => {
    await say(carla, 'to Paul');
    await assign(stack, admin, order, rival);
    expect(await unread(rival)).toBe(0);
    await say(carla, 'to the rival');
    expect(await unread(rival)).toBe(1);
    expect(
      await statusCodes(ask, `GET /api/orders/${order.id}/messages/unread-count/`, [paul, stranger, admin]),
    ).toEqual([403, 403, 403]);
  });

  it('reach the partner on /ws/partner/, without a socket of the order', async () => {
    const { socket, greeting } = await follow(stack, '/ws/partner/', paul);
    const first = await say(carla, 'Ring twice');
    const position = expect.any(String);
    expect(await socket.expectMessage('chat_message')).toEqual({
      type: 'chat_message',
      order_id: order.id,
      message: first,
      unread_count: 1,
      position,
    });
    const second = await say(carla, 'or thrice');
    await socket.expectMessage({ type: 'chat_message', message: { text: 'or thrice' }, unread_count: 2 });
    await say(paul, 'OK');
    await read(paul, first);
    expect(await socket.expectMessage('chat_read')).toEqual({
      type: 'chat_read',
      order_id: order.id,
      user_id: paul.id,
      message_id: first.id,
      read_at: expect.any(String),
      unread_count: 1,
      position,
    });
    await read(paul, second);
    await socket.expectMessage({ type: 'chat_read', unread_count: 0 });
    await read(paul, second);
    await socket.expectNothing();
    const back = await follow(stack, '/ws/partner/', paul, { since: greeting.position });
    expect(back.greeting).toMatchObject({ resumed: true, replayed: 4 });
    for (const type of ['chat_message', 'chat_message', 'chat_read', 'chat_read'])
      await back.socket.expectMessage(type);
  });

  it('reach the customer on the socket for notifications', async () => {
    const { socket } = await follow(stack, '/ws/notifications/', carla, { ignore: ['notification', 'unread_count'] });
    const sent = await say(paul, 'Ten minutes.');
    await socket.expectMessage({ type: 'chat_message', order_id: order.id, message: sent, unread_count: 1 });
    await read(carla, sent);
    await socket.expectMessage({ type: 'chat_read', order_id: order.id, message_id: sent.id, unread_count: 0 });
    await say(carla, 'Thank you');
    await socket.expectNothing();
  });

  it('do not reach a partner who has lost the order', async () => {
    const { socket } = await follow(stack, '/ws/partner/', paul, { ignore: ['order_unassigned'] });
    await assign(stack, admin, order, rival);
    await say(carla, 'to the rival');
    await socket.expectNothing();
  });

  it('have no recipient while the order has no partner', async () => {
    await ask(`POST /api/orders/${order.id}/unassign/`, admin, {});
    expect((await say(carla, 'Anyone?')).text).toBe('Anyone?');
    expect((await ask(`POST /api/orders/${order.id}/messages/`, paul, { text: 'late' })).status).toBe(403);
  });
});
