import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf } from '../support/clients/ask.js';
import type { Ask } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { MailServer } from '../support/peers/mail-server.js';
import type { Mail } from '../support/peers/mail-server.js';
import { notify } from '../support/scenes/notification-story.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { deliveries, until } from './delivery-story.js';

describe('notifications by e-mail', () => {
  let mailServer: MailServer;
  let stack: Stack;
  let ask: Ask;
  let admin: Person;

  const mailTo = async ({ email }: Person): Promise<Mail> => {
    const mail = await mailServer.mails.take(`a mail to ${email}`);
    return mail.to.includes(email) ? mail : mailTo({ email } as Person);
  };

  beforeAll(async () => {
    mailServer = await new MailServer().start();
    stack = await startStack({
      SMTP_URL: mailServer.url,
      EMAIL_FROM: 'Tidings <news@tidings.example>',
      PUBLIC_URL: 'https://tidings.example',
      JOB_RETRY_DELAY: '0',
      JOB_RETRIES: '1',
    });
    ask = askOf(() => stack);
    admin = await stack.people.admin();
  }, 60_000);
  afterEach(() => {
    mailServer.refuse = () => null;
  });
  afterAll(async () => {
    await stack.stop();
    await mailServer.stop();
  });

  it('consist of a socket message, a mail and a status update for one POST', async () => {
    const customer = await stack.people.customer('Carla "C" Customer');
    const { socket } = await follow(stack, '/ws/notifications/', customer);
    const { id } = await notify(stack, admin, {
      user_id: customer.id,
      title: 'Fish & <chips>',
      message: 'A <b>bold</b> word',
    });
    await socket.expectMessages(
      { type: 'notification', notification: { id } },
      { type: 'unread_count', count: 1 },
      { type: 'notification_status', notification_id: id, channel: 'email', status: 'sent' },
    );
    const mail = await mailServer.mails.take('the mail');
    expect(mail).toMatchObject({ from: 'news@tidings.example', to: [customer.email] });
    expect(mail.headers.get('subject')).toBe('Fish & <chips>');
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail.raw).toContain('A <b>bold</b> word');
    expect(mail.raw).toContain('A &lt;b&gt;bold&lt;/b&gt; word');
    expect(await deliveries(ask, customer, id)).toMatchObject([
      { channel: 'websocket', status: expect.stringMatching(/queued|sent/) },
      { channel: 'email', status: 'sent', attempts: 1, last_error: null, reason: null },
    ]);
    await until(ask, customer, id, 'websocket', 'sent');
  });

  it('are recorded for their owner and administrators only, and explained', async () => {
    const customer = await stack.people.customer();
    const { id } = await notify(stack, admin, { user_id: customer.id, channels: ['email', 'sms'] });
    await mailServer.mails.take('the mail');
    await until(ask, customer, id, 'email', 'sent');
    const { body } = await ask<{ results: { channel: string; explanation: string }[] }>(
      `GET /api/notifications/${id}/explain/`,
      admin,
    );
    expect(body.results).toMatchObject([
      { channel: 'websocket', status: 'skipped', explanation: 'Not sent: the request names other channels.' },
      { channel: 'email', status: 'sent', explanation: expect.stringMatching(/^Accepted by the provider at/) },
      { channel: 'sms', status: 'skipped', explanation: 'Not sent: TWILIO_ACCOUNT_SID is not set.' },
      { channel: 'push', status: 'not_planned' },
    ]);
    const stranger = await stack.people.customer();
    for (const what of ['deliveries', 'explain']) {
      expect((await ask(`GET /api/notifications/${id}/${what}/`, stranger)).status).toBe(403);
      expect((await ask(`GET /api/notifications/${stranger.id}/${what}/`, stranger)).status).toBe(404);
      expect((await ask(`GET /api/notifications/none/${what}/`, stranger)).status).toBe(404);
    }
  });

  it('are listed and counted, but not sent to sockets, if the request excludes sockets', async () => {
    const customer = await stack.people.customer();
    const { socket } = await follow(stack, '/ws/notifications/', customer);
    const { id } = await notify(stack, admin, { user_id: customer.id, channels: ['email'] });
    await mailServer.mails.take('the mail');
    await socket.expectMessages(
      { type: 'unread_count', count: 1 },
      { type: 'notification_status', notification_id: id, status: 'sent' },
    );
    await socket.expectNothing();
  });

  it('fail permanently if the server rejects the recipient, and are sent when an administrator retries', async () => {
    const customer = await stack.people.customer();
    mailServer.refuse = () => '550 no such mailbox';
    const { id } = await notify(stack, admin, { user_id: customer.id, channels: ['email'] });
    const failed = await until(ask, customer, id, 'email', 'failed');
    expect(failed).toMatchObject({ attempts: 1, last_error: expect.stringContaining('no such mailbox') });
    const letters = async () => {
      const { body } = await ask<{ results: { id: string; data: object; error: string }[] }>(
        'GET /api/jobs/dead-letters/?queue=deliver_email',
        admin,
      );
      return body.results;
    };
    while ((await letters()).length === 0) await ask('GET /api/auth/me', admin);
    const [letter] = await letters();
    expect(letter).toMatchObject({ data: { notification_id: id, user_id: customer.id } });
    mailServer.refuse = () => null;
    expect((await ask(`POST /api/jobs/dead-letters/${letter?.id ?? ''}/retry/`, customer)).status).toBe(403);
    const retried = await ask(`POST /api/jobs/dead-letters/${letter?.id ?? ''}/retry/`, admin);
    expect(retried).toMatchObject({ status: 200, body: { retried: 1 } });
    await mailServer.mails.take('the mail');
    expect(await until(ask, customer, id, 'email', 'sent')).toMatchObject({ attempts: 2 });
    expect(await letters()).toEqual([]);
  });

  it('are retried if the server is busy', async () => {
    const customer = await stack.people.customer();
    let refusals = 0;
    mailServer.refuse = () => (refusals++ === 0 ? '451 try again later' : null);
    const { id } = await notify(stack, admin, { user_id: customer.id, channels: ['email'] });
    await mailServer.mails.take('the mail');
    expect(await until(ask, customer, id, 'email', 'sent')).toMatchObject({
      attempts: 2,
      last_error: expect.stringContaining('try again later'),
    });
  });

  it('are sent to everyone who was a user at the time, if a broadcast names e-mail', async () => {
    const customer = await stack.people.customer();
    const { id } = await notify(stack, admin, { broadcast: true, channels: ['websocket', 'email'] });
    await mailTo(customer);
    expect(await until(ask, customer, id, 'email', 'sent')).toMatchObject({ attempts: 1 });
    const others = await ask<{ results: object[] }>(
      `GET /api/notifications/${id}/deliveries/?user_id=${customer.id}`,
      admin,
    );
    expect(others.body.results).toMatchObject([{ channel: 'email', status: 'sent' }]);
  });

  it('have only the expected headers', async () => {
    const customer = await stack.people.customer('Eve\r\nBcc: everybody@example.com');
    const hostile = { user_id: customer.id, notification_type: 'general', title: 'Hello\r\nX-Evil: yes', message: 'x' };
    expect(await ask('POST /api/notifications/', admin, hostile)).toMatchObject({ status: 400 });
    await notify(stack, admin, { user_id: customer.id, title: 'Hello X-Evil: yes', channels: ['email'] });
    const own = await mailTo(customer);
    expect(own.headers.has('x-evil')).toBe(false);
    expect(own.headers.has('bcc')).toBe(false);
    expect(own.headers.get('subject')).toBe('Hello X-Evil: yes');
  });
});
