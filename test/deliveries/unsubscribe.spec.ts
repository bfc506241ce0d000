import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf } from '../support/clients/ask.js';
import type { Ask } from '../support/clients/ask.js';
import { MailServer } from '../support/peers/mail-server.js';
import { notify } from '../support/scenes/notification-story.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { deliveries } from './delivery-story.js';

const PUBLIC_URL = 'https://tidings.example';

describe('unsubscribing from a mail', () => {
  let mailServer: MailServer;
  let stack: Stack;
  let ask: Ask;
  let admin: Person;

  beforeAll(async () => {
    mailServer = await new MailServer().start();
    stack = await startStack({ SMTP_URL: mailServer.url, EMAIL_FROM: 'news@tidings.example', PUBLIC_URL });
    ask = askOf(() => stack);
    admin = await stack.people.admin();
  }, 60_000);
  afterAll(async () => {
    await stack.stop();
    await mailServer.stop();
  });

  const mailedLink = async (customer: Person): Promise<string> => {
    await notify(stack, admin, { user_id: customer.id });
    const { headers, raw } = await mailServer.mails.take('the mail');
    expect(headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    const [, link = ''] = /^<(https:\S+)>$/.exec(headers.get('list-unsubscribe') ?? '') ?? [];
    expect(raw.replaceAll('=\r\n', '').replaceAll('=3D', '=')).toContain(link);
    expect(link.startsWith(`${PUBLIC_URL}/api/notifications/unsubscribe/`)).toBe(true);
    return link.replace(PUBLIC_URL, stack.otherUrl);
  };
  const oneClick = (link: string): Promise<Response> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return fetch(link, { method: 'POST', headers, body: 'List-Unsubscribe=One-Click' });
  };

  it('takes one click without signing in, and affects only this type on this channel', async () => {
    const customer = await stack.people.customer();
    const link = await mailedLink(customer);
    const answer = await oneClick(link);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Done');
    expect((await oneClick(link)).status).toBe(200);
    const { id } = await notify(stack, admin, { user_id: customer.id });
    expect(await deliveries(ask, customer, id)).toContainEqual(
      expect.objectContaining({ channel: 'email', status: 'skipped', reason: 'preference' }),
    );
    const { body } = await ask<{ types: object }>('GET /api/notifications/preferences/', customer);
    expect(body.types).toMatchObject({ general: { channels: expect.not.arrayContaining(['email']) } });
    await notify(stack, admin, { user_id: customer.id, notification_type: 'security_alert' });
    expect((await mailServer.mails.take('another kind')).to).toEqual([customer.email]);
  });

  it('asks for confirmation if the link is only opened, as mail scanners do', async () => {
    const customer = await stack.people.customer();
    const link = await mailedLink(customer);
    const answer = await fetch(link);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).toContain('<button>');
    await mailedLink(customer);
  });

  it('is rejected for a changed link', async () => {
    const customer = await stack.people.customer();
    const link = await mailedLink(customer);
    const other = Buffer.from(JSON.stringify([admin.id, 'email', 'general'])).toString('base64url');
    const token = link.split('/').at(-2) ?? '';
    const changes = [`${token}x`, `${token}.tail`, `${token}.`, `${token}=`, `${token}!`, token.replace('.', '=.')];
    const forged = [`${other}.${token.split('.')[1] ?? ''}`, other, `${other}.`, 'x', 'x.y.z', ...changes];
    for (const one of forged) {
      const changed = link.replace(token, one);
      expect([(await oneClick(changed)).status, (await fetch(changed)).status]).toEqual([404, 404]);
    }
  });
});
