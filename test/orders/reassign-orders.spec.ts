import { describe, expect, it } from '@jest/globals';
import { deliveries, until } from '../deliveries/delivery-story.js';
import { askOf } from '../support/clients/ask.js';
import type { Page } from '../support/clients/ask.js';
import { openStream } from '../support/clients/event-stream.js';
import { follow } from '../support/clients/follow.js';
import { admin, carla, order, path, paul, setSceneWithOrder, stack } from '../support/scenes/order-scene.js';
import { assign } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { open } from '../support/clients/socket-client.js';

interface Notice {
  readonly notification: { readonly id: string };
}

setSceneWithOrder();

const ask = askOf(() => stack);
const say = (person: Person, text: string) =>
  ask<{ id: string }>(`POST /api/orders/${order.id}/messages/`, person, { text });
const read = async (person: Person): Promise<string[]> => {
  const { body } = await ask<Page<{ text: string }>>(`GET /api/orders/${order.id}/messages/`, person);
  return body.results.map(({ text }) => text);
};

describe('an order that is assigned to another partner', () => {
  it('informs both partners on their sockets and by notification, and closes the order socket of the former partner', async () => {
    const rival = await stack.people.partner();
    await ask('PATCH /api/auth/me/', paul, { language: 'de' });
    const sockets = [paul, rival].map((person) => follow(stack, '/ws/partner/', person));
    const [loser, winner] = [(await sockets[0])?.socket, (await sockets[1])?.socket];
    const lists = [paul, rival].map((person) =>
      follow(stack, '/ws/notifications/', person, { ignore: ['unread_count'] }),
    );
    const [told, hired] = [(await lists[0])?.socket, (await lists[1])?.socket];
    const { socket: onOrder } = await follow(stack, path, paul, { ignore: ['presence', 'order_update'] });
    await assign(stack, admin, order, rival);
    const lost = await loser?.expectMessage('order_unassigned');
    expect(lost).toEqual({ type: 'order_unassigned', order_id: order.id, position: expect.any(String) });
    await winner?.expectMessage({ type: 'new_order', order: { id: order.id } });
    const data = (event: string): object => ({ order_id: order.id, status: 'pending', event });
    const lostNotice = await told?.expectMessage<Notice>({
      type: 'notification',
      notification: {
        notification_type: 'order_update',
        title: 'Auftrag an einen anderen Partner vergeben',
        data: data('unassigned'),
      },
    });
    const newNotice = await hired?.expectMessage<Notice>({
      type: 'notification',
      notification: { notification_type: 'order_update', title: 'New order', data: data('assigned') },
    });
    for (const [person, notice] of [
      [paul, lostNotice],
      [rival, newNotice],
    ] as const) {
      const id = notice?.notification.id ?? '';
      await until(ask, person, id, 'websocket', 'sent');
      expect(await deliveries(ask, person, id)).toMatchObject([{ channel: 'websocket', status: 'sent', reason: null }]);
    }
    await onOrder.expectClose(4003);
    const again = await open(stack.otherUrl + path, { token: paul.socketToken });
    await again.expectClose(4003);
  });

  it('shows each partner the messages of their time, and the customer and administrators all messages', async () => {
    const rival = await stack.people.partner();
    const { body: first } = await say(carla, 'to Paul');
    const { greeting } = await follow(stack, path, paul, {
      ignore: ['presence', 'order_update', 'chat_message', 'disconnect'],
    });
    await say(paul, 'from Paul');
    await assign(stack, admin, order, rival);
    expect(await read(rival)).toEqual([]);
    await say(carla, 'to the rival');
    expect(await read(rival)).toEqual(['to the rival']);
    for (const person of [carla, admin]) expect(await read(person)).toEqual(['to Paul', 'from Paul', 'to the rival']);
    expect((await ask(`GET /api/orders/${order.id}/messages/`, paul)).status).toBe(403);
    expect((await ask(`POST /api/orders/${order.id}/messages/`, admin, { text: 'hi' })).status).toBe(403);
    expect((await ask(`POST /api/orders/${order.id}/messages/${first.id}/read/`, rival)).status).toBe(404);
    const since = greeting.position;
    const back = await follow(stack, path, rival, { since });
    expect(back.greeting).toMatchObject({ resumed: false, replayed: 0 });
    const events = await openStream(`${stack.otherUrl}/api/orders/${order.id}/stream/`, {
      token: rival.socketToken,
      since,
      ignore: ['presence'],
    });
    await events.expectEvent('connection_established', { resumed: false });
    events.close();
    const onlooker = await follow(stack, path, admin, { since });
    expect(onlooker.greeting).toMatchObject({ resumed: true });
    const texts = ['from Paul', 'to the rival'];
    await onlooker.socket.expectMessage({ type: 'chat_message', message: { text: texts[0] } });
    await onlooker.socket.expectMessage('order_update');
    await onlooker.socket.expectMessage({ type: 'chat_message', message: { text: texts[1] } });
    await Promise.all([onlooker.socket.close(), back.socket.close()]);
    await say(rival, 'on my way');
    await assign(stack, admin, order, paul);
    // His earlier assignment is over too.
    expect(await read(paul)).toEqual([]);
  });
});
