import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliveries, until } from '../../deliveries/delivery-story.js';
import { askOf } from '../../support/clients/ask.js';
import type { Page } from '../../support/clients/ask.js';
import { openStream } from '../../support/clients/event-stream.js';
import { FcmPeer } from '../../support/peers/fcm-peer.js';
import { follow } from '../../support/clients/follow.js';
import { contentOf } from '../../support/peers/mail-content.js';
import { MailServer } from '../../support/peers/mail-server.js';
import { assign, placeOrder, setStatus } from '../../support/scenes/order-story.js';
import type { Order } from '../../support/scenes/order-story.js';
import type { Person } from '../../support/people.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

const TYPES = {
  types: {
    order_update: {
      channels: ['websocket', 'email'],
      templates: { fr: { title: 'Blanchisserie : {status}' }, es: { title: 'Para {nobody_gives_this}' } },
    },
  },
};
const CONFIRMED: Readonly<Record<string, readonly [display: string, title: string]>> = {
  en: ['Confirmed', 'Order confirmed'],
  'de-AT': ['Bestätigt', 'Auftrag bestätigt'],
  es: ['Confirmado', 'Pedido confirmado'],
  fr: ['Confirmée', 'Blanchisserie : confirmed'],
};

describe('messages about an order are in the language of', () => {
  let folder: string;
  let mailServer: MailServer;
  let fcm: FcmPeer;
  let stack: Stack;
  let admin: Person;
  const ask = askOf(() => stack);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidings-types-'));
    await writeFile(join(folder, 'types.json'), JSON.stringify(TYPES));
    [mailServer, fcm] = [await new MailServer().start(), await FcmPeer.start()];
    stack = await startStack(
      {
        ...fcm.variables,
        SMTP_URL: mailServer.url,
        EMAIL_FROM: 'news@tidings.example',
        PUBLIC_URL: 'https://tidings.example',
        NOTIFICATION_TYPES_FILE: join(folder, 'types.json'),
      },
      'servers',
    );
    admin = await stack.people.admin();
    await ask('PATCH /api/auth/me/', admin, { language: 'fr' });
  }, 120_000);
  afterAll(async () => {
    await stack.stop();
    await Promise.all([mailServer.stop(), fcm.stop(), rm(folder, { recursive: true })]);
  });

  async function speaking(person: Person, language: string): Promise<Person> {
    await ask('PATCH /api/auth/me/', person, { language });
    return person;
  }

  it.each(Object.entries(CONFIRMED))('a customer who reads %s', async (language, [display, title]) => {
    const carla = await speaking(await stack.people.customer(), language);
    const paul = await speaking(await stack.people.partner(), 'es');
    const { socket: hired } = await follow(stack, '/ws/partner/', paul);
    const order = await assign(stack, admin, await placeOrder(stack, carla), paul);
    await hired.expectMessage({ type: 'new_order', order: { id: order.id, status_display: 'Pendiente' } });
    const path = `/ws/orders/${order.id}/`;
    const IGNORED = { ignore: ['presence'] };
    const { socket: customers, greeting } = await follow(stack, path, carla, IGNORED);
    const { socket: partners } = await follow(stack, path, paul, IGNORED);
    const events = await openStream(`${stack.otherUrl}/api${path.slice(3)}stream/`, {
      ...IGNORED,
      token: admin.socketToken,
    });
    await events.expectEvent('connection_established', { order: { status_display: 'En attente' } });
    const { socket: list } = await follow(stack, '/ws/notifications/', carla, {
      ignore: ['unread_count', 'notification_status'],
    });

    expect(await setStatus(stack, paul, order, 'confirmed')).toMatchObject({ status_display: 'Confirmado' });

    await customers.expectMessage({ type: 'order_update', update: { status: 'confirmed', status_display: display } });
    await partners.expectMessage({ type: 'order_update', update: { status_display: 'Confirmado' } });
    await events.expectEvent('order_update', { update: { status_display: 'Confirmée' } });
    events.close();
    const resumed = await follow(stack, path, carla, { ...IGNORED, since: greeting.position });
    expect(resumed.greeting).toMatchObject({ order: { status_display: display } });
    await resumed.socket.expectMessage({ type: 'order_update', update: { status_display: display } });
    const { body: read } = await ask<Order>(`GET /api/orders/${order.id}/`, carla);
    expect(read.status_display).toBe(display);
    const { body: history } = await ask<Page<Order>>(`GET /api/orders/${order.id}/history/`, carla);
    expect(history.results.at(-1)).toMatchObject({ status_display: display });

    const told = await list.expectMessage<{ notification: { id: string } }>({
      type: 'notification',
      notification: { title, data: { order_id: order.id, status: 'confirmed', event: 'status_changed' } },
    });
    const { id } = told.notification;
    await until(ask, carla, id, 'websocket', 'sent');
    await until(ask, carla, id, 'email', 'sent');
    expect((await deliveries(ask, carla, id)).map(({ channel }) => channel)).toEqual(['websocket', 'email']);
    let mail = await mailServer.mails.take('the mail');
    while (!mail.to.includes(carla.email)) mail = await mailServer.mails.take('the mail');
    expect(contentOf(mail, 'text/plain')).toContain('1 Main Street');
    const [, link = ''] = /^<https:\/\/tidings.example(\S+)>$/.exec(mail.headers.get('list-unsubscribe') ?? '') ?? [];
    const page = await (await fetch(stack.url + link)).text();
    const [base = ''] = language.split('-');
    expect(page).toContain(`<html lang="${base}">`);
    expect(page).toContain('<b>order_update</b>');
    const done = await (await fetch(stack.url + link, { method: 'POST' })).text();
    expect(done).toContain({ en: 'Done', de: 'Fertig', es: 'Hecho', fr: 'C’est fait' }[base]);
  });
});
