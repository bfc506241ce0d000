import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf } from '../support/clients/ask.js';
import { contentOf, subjectOf } from '../support/peers/mail-content.js';
import { MailServer } from '../support/peers/mail-server.js';
import type { Mail } from '../support/peers/mail-server.js';
import { notify } from '../support/scenes/notification-story.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { deliveries, quietNow, skipWaiting, until } from './delivery-story.js';

const TYPES = {
  types: {
    urgent: { urgent: true },
    fleeting: { quiet_hours: 'drop' },
    pressing: { channels: ['websocket'], escalate: [{ after_s: 1, channel: 'email' }] },
    parcels: {
      templates: {
        en: { title: '{count, plural, one {# parcel} other {# parcels}}', message: 'Come and get them.' },
        de: { title: '{count, plural, one {# Paket} other {# Pakete}}', message: 'Bitte abholen.' },
      },
    },
  },
};

let folder: string;
let mailServer: MailServer;
let stack: Stack;
let admin: Person;
const ask = askOf(() => stack);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidings-types-'));
  await writeFile(join(folder, 'types.json'), JSON.stringify(TYPES));
  mailServer = await new MailServer().start();
  stack = await startStack({
    SMTP_URL: mailServer.url,
    EMAIL_FROM: 'news@tidings.example',
    PUBLIC_URL: 'https://tidings.example',
    JOB_RETRY_DELAY: '0',
    TYPE_SEND_LIMITS: 'digest:1/day',
    NOTIFICATION_TYPES_FILE: join(folder, 'types.json'),
  });
  admin = await stack.people.admin();
}, 60_000);
afterAll(async () => {
  await stack.stop();
  await mailServer.stop();
  await rm(folder, { recursive: true });
});

const mailTo = async ({ email }: Person): Promise<Mail> => {
  const mail = await mailServer.mails.take(`a mail to ${email}`);
  return mail.to.includes(email) ? mail : mailTo({ email } as Person);
};

async function customer(preferences: object, me: object = {}): Promise<Person> {
  const person = await stack.people.customer('Carla');
  expect((await ask('PATCH /api/auth/me/', person, me)).status).toBe(200);
  expect((await ask('PUT /api/notifications/preferences/', person, preferences)).status).toBe(200);
  return person;
}

/** The entry of the record for e-mail. */
async function email(person: Person, id: string) {
  return (await deliveries(ask, person, id)).find(({ channel }) => channel === 'email');
}

async function explain(person: Person, id: string): Promise<string> {
  return JSON.stringify((await ask(`GET /api/notifications/${id}/explain/`, person)).body);
}

const letTimePass = (person: Person): Promise<void> => skipWaiting(stack, person);

describe('the preferences of a user', () => {
  it('turn a channel off for a type, and the explanation says so', async () => {
    const carla = await customer({ types: { general: { channels: ['websocket'] } } });
    const { id } = await notify(stack, admin, { user_id: carla.id, channels: ['websocket', 'email'] });
    expect(await email(carla, id)).toMatchObject({ status: 'skipped', reason: 'preference' });
    expect(await explain(carla, id)).toContain('the user has turned this channel off for this type');
    const other = await notify(stack, admin, { user_id: carla.id, notification_type: 'parcels', data: { count: 1 } });
    await until(ask, carla, other.id, 'email', 'sent');
  });

  it('add a channel that the type does not have', async () => {
    const carla = await customer({ types: { order_update: { channels: ['email'] } } });
    const { id } = await notify(stack, admin, { user_id: carla.id, notification_type: 'order_update' });
    await until(ask, carla, id, 'email', 'sent');
    expect(await deliveries(ask, carla, id)).toContainEqual(
      expect.objectContaining({ channel: 'websocket', status: 'skipped', reason: 'preference' }),
    );
  });

  it('delay, drop or send notifications in quiet hours', async () => {
    const carla = await customer({ quiet_hours: quietNow() });
    const send = (notification_type: string) => notify(stack, admin, { user_id: carla.id, notification_type });
    const [held, dropped, urgent] = [await send('general'), await send('fleeting'), await send('urgent')];
    expect(await email(carla, held.id)).toMatchObject({ status: 'queued', reason: 'quiet_hours' });
    expect(await email(carla, dropped.id)).toMatchObject({ status: 'skipped', reason: 'quiet_hours' });
    await until(ask, carla, urgent.id, 'email', 'sent');
    expect(await explain(carla, held.id)).toContain('the user’s quiet hours');
    await ask('PUT /api/notifications/preferences/', carla, {});
    await letTimePass(carla);
    await until(ask, carla, held.id, 'email', 'sent');
  });

  it('apply quiet hours in the current time zone of the user', async () => {
    const quiet = { ...quietNow(), time_zone: undefined };
    const carla = await customer({ quiet_hours: quiet }, { time_zone: 'UTC' });
    const held = await notify(stack, admin, { user_id: carla.id });
    expect(await email(carla, held.id)).toMatchObject({ status: 'queued', reason: 'quiet_hours' });
    await ask('PATCH /api/auth/me/', carla, { time_zone: 'Etc/GMT+12' });
    const sent = await notify(stack, admin, { user_id: carla.id });
    await until(ask, carla, sent.id, 'email', 'sent');
    await letTimePass(carla);
    await until(ask, carla, held.id, 'email', 'sent');
  });

  it('are respected before an escalation of the type too', async () => {
    const [carla, bob] = [await customer({}), await customer({ types: { pressing: { channels: ['websocket'] } } })];
    const send = (person: Person) => notify(stack, admin, { user_id: person.id, notification_type: 'pressing' });
    const [first, second] = [await send(carla), await send(bob)];
    await until(ask, carla, first.id, 'email', 'sent');
    expect(await email(bob, second.id)).toMatchObject({ status: 'skipped', reason: 'preference' });
  });
});

describe('an e-mail', () => {
  it('is in the language of its reader', async () => {
    const carla = await customer({}, { language: 'de' });
    await notify(stack, admin, {
      user_id: carla.id,
      notification_type: 'parcels',
      title: undefined,
      message: undefined,
      data: { count: 2 },
    });
    const mail = await mailTo(carla);
    expect(subjectOf(mail)).toBe('2 Pakete');
    expect(contentOf(mail, 'text/plain')).toContain('Guten Tag Carla,\n\nBitte abholen.');
  });
});

describe('a digest', () => {
  it('is one mail with everything that is still unread at its time', async () => {
    const carla = await customer({ digest: 'hourly' }, { language: 'de', time_zone: 'Europe/Berlin' });
    const send = (title: string) => notify(stack, admin, { user_id: carla.id, title, message: `${title} <b>!` });
    const [read, first, second] = [await send('Gelesen'), await send('Eins'), await send('Zwei')];
    const urgent = await notify(stack, admin, { user_id: carla.id, notification_type: 'urgent', title: 'Sofort' });
    await until(ask, carla, urgent.id, 'email', 'sent');
    expect(subjectOf(await mailTo(carla))).toBe('Sofort');
    expect(await email(carla, first.id)).toMatchObject({ status: 'queued', reason: 'digest', attempts: 0 });
    await ask(`POST /api/notifications/${read.id}/read/`, carla);

    await letTimePass(carla);
    const mail = await mailTo(carla);
    expect(subjectOf(mail)).toBe('2 Nachrichten für Sie');
    expect(contentOf(mail, 'text/plain')).toMatch(
      /^Guten Tag Carla,\n\nEins\n[^\n]+\nEins <b>!\n\nZwei\n[^\n]+\nZwei <b>!\n/,
    );
    expect(contentOf(mail, 'text/html')).toContain('Eins &lt;b&gt;!');
    await until(ask, carla, second.id, 'email', 'sent');
    expect(await email(carla, first.id)).toMatchObject({ status: 'sent', attempts: 1 });
    expect(await email(carla, read.id)).toMatchObject({ status: 'skipped', reason: 'read' });
    expect(mailServer.mails.unread()).toEqual([]);

    const [, token] =
      /^<https?:[^>]+\/unsubscribe\/([^>/]+)\/>$/.exec(mail.headers.get('list-unsubscribe') ?? '') ?? [];
    expect(contentOf(mail, 'text/plain')).toContain(`\n--\nKeine E-Mails dieser Art mehr: `);
    await fetch(`${stack.otherUrl}/api/notifications/unsubscribe/${String(token)}/`, { method: 'POST' });
    const { body } = await ask<{ types: object }>('GET /api/notifications/preferences/', carla);
    expect(body.types).toMatchObject({ general: { channels: expect.not.arrayContaining(['email']) } });
  });

  it('counts as one mail towards the limits for sending', async () => {
    const carla = await customer({ digest: 'hourly' });
    const first = await notify(stack, admin, { user_id: carla.id, title: 'One' });
    await letTimePass(carla);
    await mailTo(carla);
    await until(ask, carla, first.id, 'email', 'sent');
    const second = await notify(stack, admin, { user_id: carla.id, title: 'Two' });
    await letTimePass(carla);
    expect(await until(ask, carla, second.id, 'email', 'skipped')).toMatchObject({ reason: 'rate_limited' });
    expect(mailServer.mails.unread()).toEqual([]);
  });

  it('is retried as a whole, and sent once', async () => {
    const carla = await customer({ digest: 'daily' });
    const send = (title: string) => notify(stack, admin, { user_id: carla.id, title });
    const [first, second] = [await send('One'), await send('Two')];
    let refused = 0;
    mailServer.refuse = () => (refused++ === 0 ? '451 try again later' : null);
    await letTimePass(carla);
    expect(subjectOf(await mailTo(carla))).toBe('2 notifications for you');
    mailServer.refuse = () => null;
    for (const { id } of [first, second]) {
      expect(await until(ask, carla, id, 'email', 'sent')).toMatchObject({ attempts: 2 });
    }
  });
});
