import { describe, expect, it } from '@jest/globals';
import { openStream } from '../support/clients/event-stream.js';
import { follow } from '../support/clients/follow.js';
import {
  admin,
  carla,
  order,
  path,
  paul,
  setSceneWithOrder,
  stack,
  takePendingOrder,
} from '../support/scenes/order-scene.js';
import { assign } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { open } from '../support/clients/socket-client.js';
import type { SocketClient } from '../support/clients/socket-client.js';

setSceneWithOrder();

const presence = (customer: boolean, partner: boolean): { type: string; participants: object[] } => ({
  type: 'presence',
  participants: [
    { user_id: carla.id, role: 'customer', online: customer },
    { user_id: paul.id, role: 'partner', online: partner },
  ],
});

async function enter(person: Person, url: string, ignore: string[] = []): Promise<SocketClient> {
  const socket = await open(url + path, { token: person.socketToken, ignore });
  await socket.expectMessage('connection_established');
  return socket;
}

describe('presence', () => {
  it('is sent on connect and after every change, from any node', async () => {
    const customer = await enter(carla, stack.url);
    await customer.expectMessage(presence(true, false));
    const partner = await enter(paul, stack.otherUrl);
    await partner.expectMessage(presence(true, true));
    await customer.expectMessage(presence(true, true));
    await partner.close();
    await customer.expectMessage(presence(true, false));
    const again = await enter(paul, stack.otherUrl);
    await again.expectMessage(presence(true, true));
    await customer.expectMessage(presence(true, true));
    customer.terminate();
    await again.expectMessage(presence(false, true));
  });

  it('counts the sockets of a user as one, and does not include administrators', async () => {
    const customer = await enter(carla, stack.url);
    await customer.expectMessage(presence(true, false));
    const looker = await enter(admin, stack.otherUrl);
    await looker.expectMessage(presence(true, false));
    const second = await enter(carla, stack.otherUrl);
    await second.expectMessage(presence(true, false));
    await second.close();
    await looker.close();
    await customer.expectNothing();
  });

  it('is sent after the missed messages', async () => {
    const looker = await enter(admin, stack.otherUrl, ['chat_message']);
    await looker.expectMessage(presence(false, false));
    const { greeting, socket } = await follow(stack, path, carla);
    await looker.expectMessage(presence(true, false));
    await socket.close();
    await looker.expectMessage(presence(false, false));
    const partner = await enter(paul, stack.url, ['presence']);
    // The node to which she reconnects must know that the partner is online.
    await looker.expectMessage(presence(false, true));
    partner.send({ type: 'chat_message', text: 'At the door' });
    await partner.expectMessage('chat_message');
    const back = await open(stack.otherUrl + path, { token: carla.socketToken, since: greeting.position, ignore: [] });
    await back.expectMessage({ type: 'connection_established', replayed: 1 });
    await back.expectMessage('chat_message');
    await back.expectMessage(presence(true, true));
    await looker.expectMessage(presence(true, true));
  });

  it('includes only the customer until a partner is assigned, and the new partner after a reassignment', async () => {
    await takePendingOrder();
    const customer = await enter(carla, stack.otherUrl, ['order_update']);
    const alone = { type: 'presence', participants: [{ user_id: carla.id, role: 'customer', online: true }] };
    expect(await customer.expectMessage('presence')).toEqual(alone);
    await assign(stack, admin, order, paul);
    await customer.expectMessage(presence(true, false));
    const partner = await enter(paul, stack.url, ['order_update']);
    await partner.expectMessage(presence(true, true));
    await customer.expectMessage(presence(true, true));

    const rival = await stack.people.partner();
    await assign(stack, admin, order, rival);
    await customer.expectMessage({ participants: [{ user_id: carla.id }, { user_id: rival.id, online: false }] });
    // The former partner may still receive the presence of the new one.
    while ((await partner.expectMessage({})).type !== 'disconnect');
    const heir = await enter(rival, stack.url, ['order_update', 'presence']);
    await customer.expectMessage({ participants: [{ user_id: carla.id }, { user_id: rival.id, online: true }] });
    await heir.expectNothing();
  });

  it('includes users with Server-Sent Events', async () => {
    const customer = await enter(carla, stack.url);
    await customer.expectMessage(presence(true, false));
    const stream = await openStream(`${stack.otherUrl}/api/orders/${order.id}/stream/`, { token: paul.socketToken });
    await stream.expectEvent('connection_established');
    await stream.expectEvent('presence', presence(true, true));
    await customer.expectMessage(presence(true, true));
    stream.close();
    await customer.expectMessage(presence(true, false));
    expect(stream.answer.statusCode).toBe(200);
  });
});
