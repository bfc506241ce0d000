import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf } from '../support/clients/ask.js';
import type { Ask } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { MailServer } from '../support/peers/mail-server.js';
import { notify } from '../support/scenes/notification-story.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { deliveries, explained, quietNow, skipWaiting, until } from './delivery-story.js';

const LATER = { channels: ['websocket'], escalate: [{ after_s: 3_600, channel: 'email' }] };

describe('the waiting deliveries of a retracted notification', () => {
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

  const retract = (id: string) => ask(`POST /api/notifications/${id}/retract/`, admin);

  it.each([
    ['an escalation', {}, LATER],
    ['quiet hours', { quiet_hours: quietNow() }, { channels: ['email'] }],
    ['a digest', { digest: 'daily' }, { channels: ['email'] }],
  ])('are skipped: %s', async (_what, preferences, members) => {
    const customer = await stack.people.customer();
    await ask('PUT /api/notifications/preferences/', customer, preferences);
    const { id } = await notify(stack, admin, { user_id: customer.id, title: 'Wrong', ...members });
    const { socket } = await follow(stack, '/ws/notifications/', customer, {
      ignore: ['unread_count', 'notification_retracted'],
    });
    await retract(id);
    await socket.expectMessage({
      type: 'notification_status',
      notification_id: id,
      channel: 'email',
      status: 'skipped',
    });
    expect(await deliveries(ask, admin, id)).toContainEqual(
      expect.objectContaining({ channel: 'email', status: 'skipped', reason: 'retracted' }),
    );
    expect(await explained(ask, admin, id, 'email')).toBe('Not sent: the notification was retracted.');
    await skipWaiting(stack, customer);
    await ask('PUT /api/notifications/preferences/', customer, {});
    await notify(stack, admin, { user_id: customer.id, title: 'Right', channels: ['email'] });
    const mail = await mailServer.mails.take('the mail of the next notification');
    expect(mail.raw).toContain('Right');
    expect(mail.raw).not.toContain('Wrong');
    expect(mailServer.mails.unread()).toEqual([]);
  });

  it('are skipped when the notification expires', async () => {
    const customer = await stack.people.customer();
    await ask('PUT /api/notifications/preferences/', customer, { quiet_hours: quietNow() });
    const expires_at = new Date(Date.now() + 300).toISOString();
    const { id } = await notify(stack, admin, { user_id: customer.id, channels: ['email'], expires_at });
    expect(await until(ask, admin, id, 'email', 'skipped')).toMatchObject({ reason: 'expired' });
    expect(await explained(ask, admin, id, 'email')).toBe('Not sent: the notification had expired.');
  });

  it('are recorded as sent if the mail server accepted them meanwhile', async () => {
    const customer = await stack.people.customer();
    const id = new Promise<string>((resolve) => {
      mailServer.beforeAccepting = async (address) => {
        if (address === customer.email) await retract(await created);
      };
      const created = notify(stack, admin, { user_id: customer.id, channels: ['email'] }).then((one) => one.id);
      created.then(resolve, resolve);
    });
    await mailServer.mails.take('the mail');
    expect(await until(ask, admin, await id, 'email', 'sent')).toMatchObject({ reason: null, attempts: 1 });
    mailServer.beforeAccepting = () => Promise.resolve();
  });

  it('are skipped for every user of a broadcast', async () => {
    const people = await Promise.all([1, 2, 3].map(() => stack.people.customer()));
    for (const person of people) {
      await ask('PUT /api/notifications/preferences/', person, { digest: 'daily' });
    }
    const { id } = await notify(stack, admin, { broadcast: true, channels: ['websocket', 'email'] });
    const of = (person: Person) => `GET /api/notifications/${id}/deliveries/?user_id=${person.id}`;
    const reasonFor = async (person: Person): Promise<string | undefined> =>
      (await ask<{ results: { channel: string; reason: string }[] }>(of(person), admin)).body.results.find(
        ({ channel }) => channel === 'email',
      )?.reason;
    for (const person of people) while ((await reasonFor(person)) !== 'digest');
    await retract(id);
    for (const person of people) while ((await reasonFor(person)) !== 'retracted');
    expect(await reasonFor(people[0] as Person)).toBe('retracted');
    // Everybody else got the mail at once.
    for (const { to } of mailServer.mails.unread()) expect(people.map(({ email }) => email)).not.toContain(to[0]);
  });
});
