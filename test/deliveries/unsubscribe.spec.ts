import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf } from '../support/ask.js';
import type { Ask } from '../support/ask.js';
import { FcmPeer } from '../support/fcm-peer.js';
import { MailServer } from '../support/mail-server.js';
import { notify } from '../support/notification-story.js';
import type { Person } from '../support/people.js';
import { rest } from '../support/rest.js';
import { startNode, startStack } from '../support/stack.js';
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

  it('takes one click, without signing in, for this type on this channel alone', async () => {
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

  it('leaves the other channels to the type, also those that are turned on later', async () => {
    const [customer, whole] = [await stack.people.customer(), await stack.people.customer()];
    await oneClick(await mailedLink(customer));
    const types = { general: { channels: ['websocket'] } };
    await ask('PUT /api/notifications/preferences/', whole, { types });
    const fcm = await FcmPeer.start();
    const later = await startNode({ ...stack.environment, ...fcm.variables });
    const onLater = async (line: string, person: Person, body?: object) =>
      (await rest<{ id: string; types: object }>(later.url, line, { token: person.accessToken, body })).body;
    for (const person of [customer, whole]) {
      await onLater('POST /api/devices/', person, { kind: 'fcm', token: `phone-of:${person.id}` });
      const body = { user_id: person.id, notification_type: 'general', title: 'Hello', message: 'World' };
      const { id } = await onLater('POST /api/notifications/', admin, body);
      expect(await deliveries(ask, person, id)).toMatchObject([
        { channel: 'websocket' },
        { channel: 'email', status: 'skipped', reason: 'preference' },
        { channel: 'push' },
      ]);
      expect(await onLater('GET /api/notifications/preferences/', person)).toMatchObject({
        types: { general: { channels: ['websocket', 'push'] } },
      });
    }
    // Now push is offered, so leaving it out declines it, for as long as it is left out.
    await onLater('PUT /api/notifications/preferences/', whole, { types });
    await ask('PUT /api/notifications/preferences/', whole, { types });
    expect(await onLater('GET /api/notifications/preferences/', whole)).toMatchObject({ types });
    await later.app.close();
    await fcm.stop();
  });

  it('asks first where a link is only opened, as scanners of mails do', async () => {
    const customer = await stack.people.customer();
    const link = await mailedLink(customer);
    const answer = await fetch(link);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(await answer.text()).toContain('<button>');
    await mailedLink(customer);
  });

  it('is nobody else’s: a link that was changed is not found', async () => {
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
