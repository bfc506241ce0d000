import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DocumentedMessages } from '../../support/documents/documented-messages.js';
import { notify } from '../../support/scenes/notification-story.js';
import { assign, moveTo, partnerId, placeOrder, setStatus } from '../../support/scenes/order-story.js';
import { expectExamples } from '../../support/documents/examples.js';
import { must } from '../../support/clients/rest.js';
import { share } from '../../support/scenes/share-story.js';
import { open } from '../../support/clients/socket-client.js';
import type { Frame } from '../../support/clients/socket-client.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';
import { describeReceivedErrors } from './received-errors.js';
import type { ReceivedErrors } from './received-errors.js';

let stack: Stack;
let documented: DocumentedMessages;
const errors: ReceivedErrors = { closes: {}, problems: {} };

beforeAll(async () => {
  stack = await startStack({ LOGIN_RATE: '2', MAX_SOCKETS_PER_USER: '3', MESSAGE_RATE: '20', MESSAGE_BURST: '20' });
  documented = await DocumentedMessages.of(stack.url);
});
afterAll(() => stack.stop());

describe('received messages are documented', () => {
  it('on the notifications of a user', async () => {
    const [admin, carla] = await Promise.all([stack.people.admin(), stack.people.customer()]);
    const socket = await open(`${stack.url}/ws/notifications/`, { token: carla.socketToken });
    const expectNext = documented.on('notifications', socket);
    await expectNext('connection_established');
    const { id } = await notify(stack, admin, { user_id: carla.id, data: { link: '/status' } });
    for (const frame of await socket.expectMessages('notification', 'unread_count')) {
      documented.expectDocumented('notifications', frame);
    }
    socket.send({ type: 'mark_read', notification_id: id, request_id: 1 });
    for (const frame of await socket.expectMessages('mark_read_response', 'unread_count')) {
      documented.expectDocumented('notifications', frame);
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
    const looking = await open(`${stack.url}/ws/orders/${order.id}/`, { token: admin.socketToken, ignore: [] });
    for (const type of ['connection_established', 'presence']) await documented.on('order_tracking', looking)(type);
    await looking.close();
    const socket = await open(`${stack.url}/ws/orders/${order.id}/`, { token: carla.socketToken });
    const partner = await open(`${stack.url}/ws/partner/`, { token: paul.socketToken });
    const expectNext = documented.on('order_tracking', socket);
    const expectPartner = documented.on('partner', partner);
    await expectNext('connection_established');
    await expectPartner('connection_established');
    await assign(stack, admin, order, paul);
    await expectNext('order_update');
    await expectPartner('new_order');
    const edit = { version: 1, delivery_location: { latitude: 52.5, longitude: 13.4 }, notes: 'Ring twice' };
    await must(stack.url, `PATCH /api/orders/${order.id}/`, { token: carla.accessToken, body: edit });
    await expectNext({ update: { changed: { version: 2 } } });

    const rider = await open(`${stack.url}/ws/orders/${order.id}/`, { token: paul.socketToken });
    const expectRider = documented.on('order_tracking', rider);
    await expectRider('connection_established');
    rider.send({ type: 'location_update', latitude: 52.5, longitude: 13.4, request_id: 1 });
    for (const frame of await rider.expectMessages('accepted', 'location'))
      documented.expectDocumented('order_tracking', frame);
    await expectNext('location');
    socket.send({ type: 'chat_message', text: 'I am at the door', request_id: 'mine' });
    await expectNext({ type: 'chat_message', request_id: 'mine' });
    await expectPartner('chat_message');
    const { message } = await rider.expectMessage<{ message: { id: string } }>('chat_message');
    rider.send({ type: 'chat_read', message_id: message.id });
    for (const each of [expectNext, expectRider, expectPartner]) await each('chat_read');
    rider.send({ type: 'typing', is_typing: true });
    await expectNext('typing');
    rider.send({ type: 'call_signal', call_id: 'c1', signal: 'offer', payload: { type: 'offer', sdp: 'v=0' } });
    await expectNext('call_signal');

    rider.terminate();
    await moveTo(stack, paul, order, 'completed');
    for (let step = 0; step < 6; step += 1) await expectNext('order_update');
    await expectPartner('earnings_update');
  });

  it('by a link to an order', async () => {
    const { people } = stack;
    const [admin, carla, paul] = await Promise.all([people.admin(), people.customer(), people.partner()]);
    const delivery_location = { latitude: 52.5, longitude: 13.4 };
    const order = await assign(stack, admin, await placeOrder(stack, carla, { delivery_location }), paul);
    const { token } = await share(stack, carla, order);
    const expectNext = documented.on('shared_orders', await open(`${stack.url}/ws/shared-orders/${token}/`));
    await expectNext('connection_established');
    await moveTo(stack, paul, order, 'out_for_delivery');
    for (let step = 0; step < 5; step += 1) await expectNext('order_update');
    await must(stack.url, `POST /api/orders/${order.id}/location/`, {
      token: paul.accessToken,
      body: { latitude: 52.502, longitude: 13.4 },
    });
    await expectNext({ type: 'location', eta: { place: 'delivery' } });
    await expectNext({ type: 'order_update', update: { event: 'nearby' } });
    await setStatus(stack, paul, order, 'completed');
    for (const type of ['order_update', 'disconnect']) await expectNext(type);
  });

  it('on the other sockets of a user, after an acknowledgement, and for a batch', async () => {
    const [admin, carla] = await Promise.all([stack.people.admin(), stack.people.customer()]);
    const socket = await open(`${stack.url}/ws/notifications/`, { token: carla.socketToken });
    const expectNext = documented.on('notifications', socket);
    await expectNext('connection_established');
    const { id } = await notify(stack, admin, { user_id: carla.id });
    const [received] = await socket.expectMessages('notification', 'unread_count');
    socket.send({ type: 'ack', position: received?.position });
    await expectNext({ type: 'notification_status', status: 'delivered' });
    const asCarla = { token: carla.accessToken };
    await must(stack.url, `POST /api/notifications/${id}/read/`, asCarla);
    for (const frame of await socket.expectMessages('notification_read', 'unread_count'))
      documented.expectDocumented('notifications', frame);
    const changes = [
      ['seen', 'POST /api/notifications/seen/'],
      ['archived', `POST /api/notifications/${id}/archive/`],
      ['unarchived', `POST /api/notifications/${id}/unarchive/`],
      ['deleted', `DELETE /api/notifications/${id}/`],
    ] as const;
    for (const [what, line] of changes) {
      await must(stack.url, line, asCarla);
      await expectNext(`notification_${what}`);
    }
    const { id: next } = await notify(stack, admin, { user_id: carla.id });
    await socket.expectMessages('notification', 'unread_count');
    socket.send({ type: 'archive', notification_id: next });
    for (const frame of await socket.expectMessages('archive_response', 'unread_count'))
      documented.expectDocumented('notifications', frame);
    socket.send({ type: 'unarchive', notification_id: next });
    for (const frame of await socket.expectMessages('unarchive_response', 'unread_count'))
      documented.expectDocumented('notifications', frame);
    socket.send({ type: 'mark_seen' });
    await expectNext('mark_seen_response');
    const wrong = await notify(stack, admin, { user_id: carla.id });
    await must(stack.url, `POST /api/notifications/${wrong.id}/retract/`, { token: admin.accessToken });
    for (const frame of await socket.expectMessages(
      'notification',
      'unread_count',
      'notification_retracted',
      'unread_count',
    ))
      documented.expectDocumented('notifications', frame);

    const watching = await open(`${stack.url}/ws/notifications/`, { token: admin.socketToken });
    await documented.on('notifications', watching)('connection_established');
    await notify(stack, admin, { user_id: carla.id, send_at: new Date(Date.now() + 1_000).toISOString() });
    for (const frame of await socket.expectMessages('notification', 'unread_count'))
      documented.expectDocumented('notifications', frame);
    await documented.on('notifications', watching)('batch_progress');
  });

  it('for a partner whose order is assigned to another partner', async () => {
    const { people } = stack;
    const [admin, carla, paul, pia] = [
      await people.admin(),
      await people.customer(),
      await people.partner(),
      await people.partner(),
    ];
    const order = await placeOrder(stack, carla);
    const expectNext = documented.on('partner', await open(`${stack.url}/ws/partner/`, { token: paul.socketToken }));
    await expectNext('connection_established');
    for (const partner of [paul, pia]) await assign(stack, admin, order, partner);
    for (const type of ['new_order', 'order_unassigned']) await expectNext(type);
    const offered = await placeOrder(stack, carla);
    const body = { partner_id: await partnerId(stack, paul) };
    await must(stack.url, `POST /api/orders/${offered.id}/offer/`, { token: admin.accessToken, body });
    await expectNext('order_offered');
    await must(stack.url, `POST /api/orders/${offered.id}/decline/`, { token: paul.accessToken, body: {} });
    await expectNext('order_offer_ended');
    await must(stack.url, 'PUT /api/partners/me/duty/', { token: paul.accessToken, body: { on_duty: false } });
    await expectNext('duty_changed');
  });

  it('on the health socket, and for a rejected socket', async () => {
    const socket = await open(`${stack.url}/ws/health/`);
    socket.send({ type: 'status', request_id: 1 });
    await documented.on('health', socket)('health');
    const refused = await open(`${stack.url}/ws/partner/`);
    documented.expectDocumented('partner', (await refused.expectClose(4001)) as Frame);
  });
});

describe('errors', () => {
  describeReceivedErrors(() => stack, errors);
});

// Last in the file, because it uses everything that the other tests received.
describe('the examples of docs/messages.md and docs/errors.md', () => {
  it('include every message of the server, and agree with the received ones', () => {
    expect([...documented.received.keys()].sort()).toEqual(documented.serverKeys.sort());
    expectExamples({ messages: Object.fromEntries(documented.received), ...errors });
  });
});
