import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { openStream } from '../support/clients/event-stream.js';
import { must } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import type { Wire } from './support/django-project.js';
import { expectQuiet, startNeighbours } from './support/neighbours.js';
import type { Neighbours } from './support/neighbours.js';
import { sendBytes } from './support/raw-bytes.js';

const NOW = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);

describe.each<Wire>(['pubsub', 'core'])('our sockets receive from Django on the %s wire', (wire) => {
  let neighbours: Neighbours;
  let redis: Redis;
  let tokens: Record<'carla' | 'paul' | 'ada', string>;

  beforeAll(async () => {
    neighbours = await startNeighbours(wire);
    redis = new Redis(neighbours.redisUrl);
    const { django } = neighbours;
    tokens = {
      carla: await django.token('carla'),
      paul: await django.tokenWithRole('paul'),
      ada: await django.tokenWithRole('ada'),
    };
  }, 120_000);
  afterAll(async () => {
    redis.disconnect();
    await neighbours.stop();
  });

  const follow = async (path: string, who: keyof typeof tokens): Promise<SocketClient> => {
    const socket = await open(neighbours.stack.url + path, { token: tokens[who] });
    await socket.expectMessage('connection_established');
    return socket;
  };
  const metric = async (pattern: RegExp): Promise<number> => {
    const text = await must<string>(neighbours.stack.url, 'GET /metrics');
    return Number(pattern.exec(text)?.[1] ?? 0);
  };
  const unknown = (): Promise<number> => metric(/^tidings_group_messages_unknown_total (\d+)$/m);
  const malformed = (): Promise<number> =>
    metric(/^tidings_channel_layer_messages_total\{event="malformed"[^}]*\} (\d+)$/m);

  it.each(['user_1', 'user_1_notifications', 'notifications'])('notifications sent to %s', async (group) => {
    const { django } = neighbours;
    const socket = await follow('/ws/notifications/', 'carla');
    const full = { id: 7, notification_type: 'sale', title: 'T', message: 'M', data: { a: [1] }, is_read: false };
    await django.groupSend(group, { type: 'notification_message', notification: { ...full, created_at: 'then' } });
    const marks = { broadcast: group === 'notifications', stored: false };
    const first = await socket.expectMessage({
      type: 'notification',
      notification: { ...full, id: '7', created_at: 'then', ...marks },
    });
    expect(first).not.toHaveProperty('position');

    await django.groupSend(group, {
      type: 'notification.message',
      message: { id: 'x', title: 'Dots, and little said' },
    });
    const said = { id: 'x', notification_type: 'general', title: 'Dots, and little said', message: '', data: {} };
    await socket.expectMessage({
      type: 'notification',
      notification: { ...said, is_read: false, created_at: NOW, ...marks },
    });

    const status = { notification_id: 7, status: 'sent', timestamp: '2026-01-02T03:04:05Z' };
    await django.groupSend(group, { type: 'notification_message', message: status });
    await socket.expectMessage({ type: 'notification_status', ...status, notification_id: '7', channel: 'websocket' });

    await django.groupSend(group, { type: 'unread_count', count: 3 });
    await socket.expectMessage({ type: 'unread_count', count: 3 });
    await expectQuiet(socket);
  });

  it('a notification without an id, with a generated id that cannot be marked as read', async () => {
    const socket = await follow('/ws/notifications/', 'carla');
    await neighbours.django.groupSend('user_1', { type: 'notification_message', notification: { title: 'No id' } });
    const { notification } = await socket.expectMessage<{ notification: { id: string } }>('notification');
    expect(notification.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    socket.send({ type: 'mark_read', notification_id: notification.id });
    const error = expect.stringContaining('"stored": false');
    await socket.expectMessage({ type: 'mark_read_response', success: false, notification_id: notification.id, error });
    await expectQuiet(socket);
  });

  it('64-bit integers with all their digits, as Python writes them', async () => {
    const { django, stack } = neighbours;
    const socket = await follow('/ws/notifications/', 'carla');
    const events = await openStream(`${stack.url}/api/notifications/stream/`, { token: tokens.carla });
    await events.expectEvent('connection_established');
    const frames: string[] = [];
    socket.raw.on('message', (bytes: Buffer) => frames.push(bytes.toString()));
    const data = { id: 1234567890123456789n, deep: [{ largest: 2n ** 64n - 1n, smallest: -(2n ** 63n) }], safe: 7 };
    const notification = { id: 1234567890123456789n, title: 'Digits', data };
    await django.groupSend('user_1', { type: 'notification_message', notification });
    const seen = { id: '1234567890123456789', title: 'Digits', data };
    await socket.expectMessage({ type: 'notification', notification: seen });
    expect(frames[0]).toContain(
      '"id":1234567890123456789,"deep":[{"largest":18446744073709551615,"smallest":-9223372036854775808}]',
    );
    await events.expectEvent('notification', { notification: seen });
    events.close();
    await expectQuiet(socket);
  });

  it('updates and locations of an order', async () => {
    const { django, stack } = neighbours;
    const items = [{ name: 'Shirts', quantity: 1, unit_price: 8.5 }];
    const body = { pickup_address: 'A', delivery_address: 'B', items };
    const { id } = await must<{ id: string }>(stack.url, 'POST /api/orders/', { token: tokens.carla, body });
    const socket = await follow(`/ws/orders/${id}/`, 'carla');
    const update = { order_id: id, status: 'confirmed', status_display: 'Confirmed', more: null };
    await django.groupSend(`order_${id}`, { type: 'order_update', data: update });
    await socket.expectMessage({ type: 'order_update', update });
    await django.groupSend(`order_${id}`, { type: 'order.update', update });
    await socket.expectMessage({ type: 'order_update', update });
    const place = { latitude: 52.5, longitude: -13.25, timestamp: '2026-01-02T03:04:05Z' };
    await django.groupSend(`order_${id}`, { type: 'location', ...place });
    await socket.expectMessage({ type: 'location', ...place });
    await expectQuiet(socket);
  });

  it('orders and earnings of a partner', async () => {
    const { django, stack } = neighbours;
    const { id } = await must<{ id: string }>(stack.url, 'GET /api/partners/me/', { token: tokens.paul });
    const socket = await follow('/ws/partner/', 'paul');
    await django.groupSend(`partner_${id}`, { type: 'new.order', order: { id: 12, total: '25.50' } });
    await socket.expectMessage({ type: 'new_order', order: { id: 12, total: '25.50' } });
    await django.groupSend(`partner_${id}`, { type: 'earnings_update', amount: 25.5, total: 100 });
    await socket.expectMessage({ type: 'earnings_update', amount: 25.5, total: 100 });
    await expectQuiet(socket);
  });

  it('no messages of unknown types, which are counted while the socket stays open', async () => {
    const { django } = neighbours;
    const socket = await follow('/ws/notifications/', 'carla');
    const before = await unknown();
    await django.groupSend('user_1', { type: 'campaign_started', campaign: 1 });
    await django.groupSend('user_1', { type: 'campaign.started', campaign: 2 });
    await django.groupSend('user_1', { type: 'notification_message', text: 'neither of the two members' });
    await django.groupSend('user_1', { type: 'notification_message', notification: { title: 'after all that' } });
    await socket.expectMessage({ type: 'notification', notification: { title: 'after all that' } });
    await expectQuiet(socket);
    expect(await unknown()).toBe(before + 3);
  });

  it('no bytes that are not messages', async () => {
    const { django, prefix } = neighbours;
    const socket = await follow('/ws/notifications/', 'carla');
    const before = await malformed();
    const broken = [Buffer.from('{"type": "notification_message"}'), Buffer.from([0xc1]), Buffer.from([0x81, 0xa4])];
    // A list, a number, a dictionary without a type, a dictionary whose type is a number, and an extension type under a
    // known name.
    broken.push(Buffer.from([0x90]), Buffer.from([5]), Buffer.from([0x80]));
    broken.push(Buffer.from('\x81\xa4type\x07', 'latin1'), Buffer.from('\x82\xa4type\xa1x\xa1d\xd4\x01\x00', 'latin1'));
    for (const bytes of broken) await sendBytes(redis, { wire, prefix, group: 'user_1' }, bytes);
    await django.groupSend('user_1', { type: 'notification_message', notification: { title: 'still here' } });
    await socket.expectMessage({ type: 'notification', notification: { title: 'still here' } });
    await expectQuiet(socket);
    expect(await malformed()).toBe(before + broken.length);
  });

  it('a message once on each of many sockets, and on no other', async () => {
    const { django } = neighbours;
    const carla = [await follow('/ws/notifications/', 'carla'), await follow('/ws/notifications', 'carla')];
    const looksOn = await follow('/ws/notifications/1/', 'ada');
    const paul = await follow('/ws/notifications/', 'paul');
    await django.groupSend('user_1', { type: 'notification_message', notification: { title: 'for Carla' } });
    for (const socket of [...carla, looksOn]) await socket.expectMessage('notification');
    await expectQuiet(...carla, looksOn, paul);
  });
});
