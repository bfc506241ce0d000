import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliveries } from '../../deliveries/delivery-story.js';
import { askOf } from '../../support/clients/ask.js';
import type { Ask } from '../../support/clients/ask.js';
import { FcmPeer } from '../../support/peers/fcm-peer.js';
import { MailServer } from '../../support/peers/mail-server.js';
import { notify } from '../../support/scenes/notification-story.js';
import type { Person } from '../../support/people.js';
import { rest } from '../../support/clients/rest.js';
import { startNode, startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

/** A second node with other settings shares the database, which the embedded PostgreSQL does not support. */
describe('unsubscribing from e-mail, before push is turned on', () => {
  let mailServer: MailServer;
  let stack: Stack;
  let ask: Ask;
  let admin: Person;

  beforeAll(async () => {
    mailServer = await new MailServer().start();
    const mail = { SMTP_URL: mailServer.url, EMAIL_FROM: 'news@tidings.example' };
    stack = await startStack({ ...mail, PUBLIC_URL: 'https://tidings.example' }, 'servers');
    ask = askOf(() => stack);
    admin = await stack.people.admin();
  }, 60_000);
  afterAll(async () => {
    await stack.stop();
    await mailServer.stop();
  });

  const unsubscribe = async (customer: Person): Promise<void> => {
    await notify(stack, admin, { user_id: customer.id });
    const { headers } = await mailServer.mails.take('the mail');
    const [, path = ''] =
      /(\/api\/notifications\/unsubscribe\/[^>]+)>/.exec(headers.get('list-unsubscribe') ?? '') ?? [];
    const answer = await fetch(`${stack.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    });
    expect(answer.status).toBe(200);
  };

  it('does not affect the other channels of the type, including those that are turned on later', async () => {
    const [customer, whole] = [await stack.people.customer(), await stack.people.customer()];
    await unsubscribe(customer);
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
    // Push is on now, so omitting it declines it.
    await onLater('PUT /api/notifications/preferences/', whole, { types });
    await ask('PUT /api/notifications/preferences/', whole, { types });
    expect(await onLater('GET /api/notifications/preferences/', whole)).toMatchObject({ types });
    await later.app.close();
    await fcm.stop();
  });
});
