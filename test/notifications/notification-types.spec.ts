import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf, statusCodes } from '../support/clients/ask.js';
import type { Problem } from '../support/clients/ask.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const FILE = {
  types: {
    parcels: {
      channels: ['websocket', 'email'],
      urgent: true,
      templates: {
        en: {
          title: '{count, plural, one {# parcel} other {# parcels}} for you',
          message: 'Until {until, date, long}.',
        },
        de: { title: '{count, plural, one {# Paket} other {# Pakete}} für Sie', message: 'Bis {until, date, long}.' },
      },
    },
  },
};

let folder: string;
let stack: Stack;
let admin: Person;
let carla: Person;
const ask = askOf(() => stack);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidings-types-'));
  const file = join(folder, 'types.json');
  await writeFile(file, JSON.stringify(FILE));
  stack = await startStack({ NOTIFICATION_TYPES_FILE: file, NOTIFICATION_TYPES_STRICT: 'true' });
  [admin, carla] = [await stack.people.admin('Ada'), await stack.people.customer()];
});
afterAll(async () => {
  await stack.stop();
  await rm(folder, { recursive: true });
});

const PREVIEW = 'POST /api/notification-types/preview/';
const DATA = { count: 2, until: '2026-12-24' };

describe('the types', () => {
  it('are listed, including those of the file', async () => {
    const { body } = await ask<{ results: { name: string }[] }>('GET /api/notification-types/', admin);
    expect(body.results.map(({ name }) => name)).toEqual([
      'chat_message',
      'general',
      'missed_call',
      'order_offer',
      'order_update',
      'parcels',
      'security_alert',
    ]);
    expect(body.results).toContainEqual({
      name: 'parcels',
      channels: ['websocket', 'email'],
      urgent: true,
      quiet_hours: 'delay',
      escalate: [],
      languages: ['de', 'en'],
    });
  });

  it('are for administrators only, like previews', async () => {
    expect(await statusCodes(ask, 'GET /api/notification-types', [admin, carla])).toEqual([200, 403]);
    expect((await ask(PREVIEW, carla, { notification_type: 'parcels', data: DATA })).status).toBe(403);
  });
});

describe('a preview', () => {
  it('shows every channel in a language', async () => {
    const answer = await ask(PREVIEW, admin, { notification_type: 'parcels', language: 'de-AT', data: DATA });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        title: '2 Pakete für Sie',
        message: 'Bis 24. Dezember 2026.',
        email: {
          subject: '2 Pakete für Sie',
          text: 'Guten Tag Ada,\n\nBis 24. Dezember 2026.\n',
          html: expect.stringContaining('<p>Bis 24. Dezember 2026.</p>'),
        },
        sms: { text: '2 Pakete für Sie: Bis 24. Dezember 2026.' },
        push: { title: '2 Pakete für Sie', text: 'Bis 24. Dezember 2026.' },
      },
    });
  });

  it('shows a draft with escaped values', async () => {
    const templates = { en: { email: { html: '<p>{note}</p>' } } };
    const body = { notification_type: 'new', title: 'a', message: 'b', templates, data: { note: '<i>&' } };
    expect(await ask(PREVIEW, admin, body)).toMatchObject({
      status: 200,
      body: { email: { html: expect.stringContaining('<p>&lt;i&gt;&amp;</p>') } },
    });
  });

  it.each([
    [{ templates: { en: { title: 'Hi {name' } } }, '#/templates/en/title'],
    [{ templates: { en: { email: { html: '<a href={count}>' } } } }, '#/templates/en/email/html'],
    [{ templates: { 'not!': {} } }, '#/templates/not!'],
    [{ templates: [] }, '#/templates'],
    [{ language: 'not!' }, '#/language'],
    [{ time_zone: 'Mars/Olympus' }, '#/time_zone'],
    [{ data: { count: 'two', until: '2026-12-24' } }, '#/data/count'],
    [{ data: { count: 2 } }, '#/data/until'],
    [{ title: 'x'.repeat(201) }, '#/title'],
    [{ notification_type: 'unknown' }, '#/notification_type'],
    [{ notification_type: 'general' }, '#/title'],
  ])('rejects %j', async (members, pointer) => {
    const answer = await ask<Problem>(PREVIEW, admin, { notification_type: 'parcels', data: DATA, ...members });
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.body.errors?.[0]).toMatchObject({ pointer });
  });
});

describe('a notification of a type', () => {
  const POST = 'POST /api/notifications/';

  it('uses the language of each user for texts that the request omits', async () => {
    const bob = await stack.people.customer('Bob');
    await ask('PATCH /api/auth/me', bob, { language: 'de-AT' });
    const answer = await ask(POST, admin, { user_ids: [carla.id, bob.id], notification_type: 'parcels', data: DATA });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        results: [
          { title: '2 parcels for you', message: 'Until December 24, 2026.', data: DATA },
          { title: '2 Pakete für Sie', message: 'Bis 24. Dezember 2026.', data: DATA },
        ],
      },
    });
    const mixed = await ask(POST, admin, { user_id: bob.id, notification_type: 'parcels', title: 'Da!', data: DATA });
    expect(mixed.body).toMatchObject({ title: 'Da!', message: 'Bis 24. Dezember 2026.' });
    const broadcast = await ask(POST, admin, { broadcast: true, notification_type: 'parcels', data: DATA });
    expect(broadcast.body).toMatchObject({ title: '2 parcels for you' });
  });

  it.each([
    [{ notification_type: 'unknown', title: 'a', message: 'b' }, '#/notification_type'],
    [{ notification_type: 'parcels' }, '#/data/count'],
    [{ notification_type: 'parcels', data: { count: 1, until: 'soon' } }, '#/data/until'],
    [{ notification_type: 'general', message: 'b' }, '#/title'],
    [{ notification_type: 'general', title: 'a' }, '#/message'],
    [{ notification_type: 'general', title: null, message: 'b' }, '#/title'],
    [{ notification_type: 'general', title: 'a\r\nBcc: b@example.com', message: 'b' }, '#/title'],
  ])('is rejected as %j', async (members, pointer) => {
    const answer = await ask<Problem>(POST, admin, { user_id: carla.id, ...members });
    expect(answer).toMatchObject({ status: 400 });
    expect(answer.body.errors?.[0]).toMatchObject({ pointer });
  });
});
