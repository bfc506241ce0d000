import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import { askOf } from '../support/clients/ask.js';
import type { Ask, Problem } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { MailServer } from '../support/peers/mail-server.js';
import { notify } from '../support/scenes/notification-story.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { deliveries, until } from './delivery-story.js';

const BY_MAIL = { channels: ['websocket'], escalate: [{ after_s: 1, channel: 'email' }] };
const LATER = { channels: ['websocket'], escalate: [{ after_s: 3_600, channel: 'email' }] };

describe('an escalation', () => {
  let mailServer: MailServer;
  let stack: Stack;
  let ask: Ask;
  let admin: Person;

  beforeAll(async () => {
    mailServer = await new MailServer().start();
    stack = await startStack({ SMTP_URL: mailServer.url, EMAIL_FROM: 'news@tidings.example' });
    ask = askOf(() => stack);
    admin = await stack.people.admin();
  }, 60_000);
  afterAll(async () => {
    await stack.stop();
    await mailServer.stop();
  });

  it('uses the next channel if the notification has not been read by then', async () => {
    const customer = await stack.people.customer();
    const { id } = await notify(stack, admin, { user_id: customer.id, ...BY_MAIL });
    expect(await deliveries(ask, customer, id)).toMatchObject([
      { channel: 'websocket', status: 'queued' },
      { channel: 'email', status: 'queued', reason: 'escalation', attempts: 0 },
    ]);
    expect((await mailServer.mails.take('the mail')).to).toEqual([customer.email]);
    await until(ask, customer, id, 'email', 'sent');
  });

  it('delays a channel that the type would use at once, and processes its steps in the order of time', async () => {
    const customer = await stack.people.customer();
    const escalate = [
      { after_s: 3_600, channel: 'sms' },
      { after_s: 1_200, channel: 'email' },
      { after_s: 600, channel: 'email' },
    ];
    const waiting = await notify(stack, admin, { user_id: customer.id, escalate });
    expect(await deliveries(ask, customer, waiting.id)).toMatchObject([
      { channel: 'websocket', status: 'queued' },
      { channel: 'email', status: 'queued', reason: 'escalation', attempts: 0 },
      { channel: 'sms', status: 'skipped', reason: 'channel_off' },
    ]);
    const [, email] = await deliveries(ask, customer, waiting.id);
    const seconds = (Date.parse(email?.due_at ?? '') - Date.parse(waiting.created_at)) / 1_000;
    expect(Math.round(seconds)).toBe(600);
    expect(mailServer.mails.unread()).toEqual([]);
    const named = await notify(stack, admin, { user_id: customer.id, escalate, channels: ['websocket', 'email'] });
    expect((await mailServer.mails.take('the immediate mail')).to).toEqual([customer.email]);
    await until(ask, customer, named.id, 'email', 'sent');
  });

  it.each([
    ['reading it', (id: string) => `POST /api/notifications/${id}/read/`, 'read'],
    ['reading all', () => 'POST /api/notifications/read-all/', 'read'],
    ['deleting it', (id: string) => `DELETE /api/notifications/${id}/`, 'deleted'],
  ])('ends with %s, and the change is published', async (_what, line, reason) => {
    const customer = await stack.people.customer();
    const { socket } = await follow(stack, '/ws/notifications/', customer, {
      ignore: ['notification', 'unread_count', 'notification_read', 'notification_deleted'],
    });
    const { id } = await notify(stack, admin, { user_id: customer.id, ...LATER });
    await ask(line(id), customer);
    await socket.expectMessage({
      type: 'notification_status',
      notification_id: id,
      channel: 'email',
      status: 'skipped',
    });
    expect(await deliveries(ask, admin, id)).toContainEqual(
      expect.objectContaining({ channel: 'email', status: 'skipped', reason }),
    );
  });

  it('leaves no work for the job of an escalation that ended', async () => {
    const customer = await stack.people.customer();
    const { id } = await notify(stack, admin, { user_id: customer.id, ...BY_MAIL });
    await ask(`POST /api/notifications/${id}/read/`, customer);
    const waiting = async (): Promise<number> => {
      const { rows } = (await stack.apps[0]
        ?.get(Database)
        .db.execute(sql`SELECT FROM pgboss.job WHERE data->>'notification_id' = ${id}`)) as {
        rows: object[];
      };
      return rows.length;
    };
    while ((await waiting()) > 0) await deliveries(ask, customer, id);
    expect(mailServer.mails.unread()).toEqual([]);
  });

  it('ends with an acknowledgement, which marks the socket delivery as delivered, once', async () => {
    const customer = await stack.people.customer();
    const { socket } = await follow(stack, '/ws/notifications/', customer, { ignore: ['unread_count'] });
    const other = await follow(stack, '/ws/notifications/', customer, { ignore: ['unread_count', 'notification'] });
    const { id } = await notify(stack, admin, { user_id: customer.id, ...LATER });
    const { position } = await socket.expectMessage<{ position: string }>('notification');
    socket.send({ type: 'ack', position, request_id: 1 });
    await socket.expectMessages(
      { type: 'accepted', request_id: 1 },
      { type: 'notification_status', notification_id: id, channel: 'websocket', status: 'delivered' },
      { type: 'notification_status', notification_id: id, channel: 'email', status: 'skipped' },
    );
    await other.socket.expectMessages(
      { type: 'notification_status', channel: 'websocket', status: 'delivered' },
      { type: 'notification_status', channel: 'email', status: 'skipped' },
    );
    other.socket.send({ type: 'ack', position, request_id: 2 });
    await other.socket.expectMessage({ type: 'accepted', request_id: 2 });
    await other.socket.expectNothing();
    expect(await deliveries(ask, customer, id)).toMatchObject([
      { channel: 'websocket', status: 'delivered' },
      { channel: 'email', status: 'skipped', reason: 'acknowledged' },
    ]);
    const { body } = await ask<{ results: { explanation: string }[] }>(
      `GET /api/notifications/${id}/explain/`,
      customer,
    );
    expect(body.results[1]?.explanation).toBe('Not sent: the notification was acknowledged first.');
  });

  it('is ended only by an acknowledgement that covers the notification', async () => {
    const customer = await stack.people.customer();
    const early = await notify(stack, admin, { user_id: customer.id, channels: ['websocket'] });
    const { socket, greeting } = await follow(stack, '/ws/notifications/', customer, { ignore: ['unread_count'] });
    const late = await notify(stack, admin, { user_id: customer.id, channels: ['websocket'] });
    const { position } = await socket.expectMessage<{ position: string }>('notification');
    socket.send({ type: 'ack', position });
    await socket.expectMessage({ type: 'notification_status', notification_id: late.id, status: 'delivered' });
    expect(await deliveries(ask, customer, early.id)).toMatchObject([{ channel: 'websocket', status: 'queued' }]);
    for (const wrong of ['', 'somewhere', greeting.position.slice(1), 7]) {
      socket.send({ type: 'ack', position: wrong, request_id: 'wrong' });
      await socket.expectMessage({ type: 'error', code: 'invalid_message', request_id: 'wrong' });
    }
  });

  it('is not possible for broadcasts', async () => {
    const body = {
      broadcast: true,
      notification_type: 'general',
      title: 'T',
      message: 'M',
      escalate: BY_MAIL.escalate,
    };
    expect(await ask<Problem>('POST /api/notifications/', admin, body)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/escalate' }] },
    });
  });
});
