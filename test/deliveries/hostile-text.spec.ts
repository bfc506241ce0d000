import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf } from '../support/clients/ask.js';
import { linksIn } from '../support/documents/links-in.js';
import { contentOf } from '../support/peers/mail-content.js';
import { MailServer } from '../support/peers/mail-server.js';
import type { Mail } from '../support/peers/mail-server.js';
import { notify } from '../support/scenes/notification-story.js';
import { assign, moveTo, placeOrder } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { TwilioPeer } from '../support/peers/twilio-peer.js';
import { deliveries } from './delivery-story.js';

const LURE = 'Win at http://evil.example or www.evil.com, call +1 555 010 0199';
const UNSUBSCRIBE = /https:\/\/tidings\.example\/api\/notifications\/unsubscribe\/\S+/;

describe('text from users in mails and SMS', () => {
  let mailServer: MailServer;
  let twilio: TwilioPeer;
  let stack: Stack;
  let admin: Person;
  const ask = askOf(() => stack);

  beforeAll(async () => {
    [mailServer, twilio] = [await new MailServer().start(), await TwilioPeer.start()];
    stack = await startStack({
      ...twilio.variables,
      SMTP_URL: mailServer.url,
      EMAIL_FROM: 'news@tidings.example',
      PUBLIC_URL: 'https://tidings.example',
      JOB_RETRY_DELAY: '0',
      SMS_PREFIXES: '*',
    });
    admin = await stack.people.admin();
  });
  afterAll(async () => {
    await stack.stop();
    await mailServer.stop();
    await twilio.stop();
  });

  const mailTo = async ({ email }: Person): Promise<Mail> => {
    const mail = await mailServer.mails.take(`a mail to ${email}`);
    return mail.to.includes(email) ? mail : mailTo({ email } as Person);
  };

  /** The links of both parts and of the headers. The link to unsubscribe must be the only one. */
  function expectNoLinkBut(ours: readonly RegExp[], mail: Mail): void {
    const html = contentOf(mail, 'text/html');
    const anchors = [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, address = '']) => address);
    expect(anchors).toEqual(ours.map((pattern) => expect.stringMatching(pattern)));
    const shown = html
      .replace(/<style>.*?<\/style>/s, '')
      .replace(/<a .*?<\/a>/gs, '')
      .replace(/<[^>]*>/g, '\n');
    const text = ours.reduce((rest, pattern) => rest.replace(pattern, ''), contentOf(mail, 'text/plain'));
    const to = (mail.headers.get('to') ?? '').replace(/<[^>]*>/, '');
    for (const part of [shown, text, to, mail.headers.get('subject') ?? '']) expect(linksIn(part)).toEqual([]);
  }

  it('is not a link: the name of the recipient, which another person may have registered', async () => {
    const victim = await stack.people.customer(LURE);
    await notify(stack, admin, {
      user_id: victim.id,
      title: 'News',
      message: 'See https://tidings.example/news for more.',
    });
    const mail = await mailTo(victim);
    expect(contentOf(mail, 'text/plain')).toContain('Win at http: / evil. example or www. evil. com');
    expect(contentOf(mail, 'text/plain')).toContain('See https://tidings.example/news for more.');
    expectNoLinkBut([/^https:\/\/tidings\.example\/news$|https:\/\/tidings\.example\/news/, UNSUBSCRIBE], mail);
  });

  it('is not a link: the addresses of an order, which are sent to partner and customer', async () => {
    const [mallory, paul] = [await stack.people.customer(), await stack.people.partner()];
    for (const [person, phone] of [
      [mallory, '+14155552671'],
      [paul, '+14155552672'],
    ] as const) {
      await ask('PATCH /api/auth/me/', person, { phone });
      const channels = ['websocket', 'email', 'sms'];
      const preferences = { types: { order_update: { channels } }, quiet_hours: null, digest: 'none' };
      expect((await ask('PUT /api/notifications/preferences/', person, preferences)).status).toBe(200);
    }
    const order = await placeOrder(stack, mallory, {
      pickup_address: `1 Main Street; ${LURE}`,
      delivery_address: `\\\\evil\\share mailto:a@evil.com ${LURE}`,
    });
    await assign(stack, admin, order, paul);
    await moveTo(stack, admin, order, 'confirmed');
    for (const person of [paul, mallory]) expectNoLinkBut([UNSUBSCRIBE], await mailTo(person));
    for (const person of [paul, mallory]) {
      const { body } = await ask<{ results: { id: string }[] }>('GET /api/notifications/', person);
      const sent = async (): Promise<boolean> => {
        const found = await deliveries(ask, person, body.results[0]?.id ?? '');
        return found.some(({ channel, status }) => channel === 'sms' && status === 'sent');
      };
      while (!(await sent()));
    }
    expect(twilio.messages.map(({ to }) => to).toSorted()).toEqual(['+14155552671', '+14155552672']);
    for (const { text } of twilio.messages) {
      expect(text).toContain('Order from 1 Main Street; Win at http: / evil. example');
      expect(linksIn(text)).toEqual([]);
    }
  });
});
