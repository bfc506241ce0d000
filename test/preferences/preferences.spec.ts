import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf } from '../support/clients/ask.js';
import type { Problem } from '../support/clients/ask.js';
import type { Person } from '../support/people.js';
import { rest } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

let stack: Stack;
let carla: Person;
let bob: Person;
const ask = askOf(() => stack);
beforeAll(async () => {
  stack = await startStack();
  [carla, bob] = [await stack.people.customer('Carla'), await stack.people.customer('Bob')];
});
afterAll(() => stack.stop());

const PATH = '/api/notifications/preferences/';

describe('preferences', () => {
  it('are the defaults of the types at first, with the channels that are off and the reasons', async () => {
    expect(await ask(`GET ${PATH}`, carla)).toMatchObject({
      status: 200,
      body: {
        types: {},
        quiet_hours: null,
        digest: 'none',
        available_channels: ['websocket'],
        unavailable_channels: { email: expect.any(String), sms: expect.any(String), push: expect.any(String) },
        defaults: {
          general: { channels: ['websocket', 'email', 'push'], urgent: false },
          security_alert: { channels: ['websocket', 'email', 'push'], urgent: true },
        },
      },
    });
    expect((await rest(stack.url, `GET ${PATH}`)).status).toBe(401);
  });

  it('are replaced by PUT, for one user, on every node', async () => {
    const chosen = {
      types: { general: { channels: ['websocket', 'email'] }, 'of.our_own': { channels: [] } },
      quiet_hours: { start: '22:00', end: '07:00', time_zone: 'Europe/Berlin' },
      digest: 'daily',
    };
    expect(await ask(`PUT ${PATH}`, carla, { ...chosen, available_channels: ['fax'] })).toMatchObject({
      status: 200,
      body: { ...chosen, available_channels: ['websocket'] },
    });
    const elsewhere = await rest(stack.otherUrl, `GET ${PATH}`, { token: carla.accessToken });
    expect(elsewhere.body).toMatchObject(chosen);
    expect((await ask(`GET ${PATH}`, bob)).body).toMatchObject({ types: {}, quiet_hours: null, digest: 'none' });

    expect((await ask(`PUT ${PATH}`, carla, { quiet_hours: null })).status).toBe(200);
    expect((await ask<object>(`GET ${PATH}`, carla)).body).toMatchObject({
      types: {},
      quiet_hours: null,
      digest: 'none',
    });
  });

  it('use the time zone of the user for quiet hours without a time zone', async () => {
    await ask('PATCH /api/auth/me/', bob, { time_zone: 'Asia/Kathmandu' });
    const answer = await ask(`PUT ${PATH}`, bob, { quiet_hours: { start: '23:30', end: '06:15' } });
    expect(answer.body).toMatchObject({
      quiet_hours: { start: '23:30', end: '06:15', time_zone: null },
    });
  });

  it.each([
    [{ digest: 'weekly' }, '#/digest'],
    [{ digests: 'daily' }, '#/digests'],
    [{ types: { general: { channels: ['email'], urgent: true } } }, '#/types/general/urgent'],
    [{ quiet_hours: { start: '22:00', end: '07:00', timezone: 'UTC' } }, '#/quiet_hours/timezone'],
    [{ types: [] }, '#/types'],
    [{ types: { general: { channels: ['fax'] } } }, '#/types'],
    [{ types: { general: ['email'] } }, '#/types'],
    [{ types: { 'No Type': { channels: [] } } }, '#/types'],
    [{ quiet_hours: 'always' }, '#/quiet_hours'],
    [{ quiet_hours: { start: '25:00', end: '07:00' } }, '#/quiet_hours/start'],
    [{ quiet_hours: { start: '22:00', end: '7' } }, '#/quiet_hours/end'],
    [{ quiet_hours: { start: '22:00' } }, '#/quiet_hours/end'],
    [{ quiet_hours: { start: '22:00', end: '22:00' } }, '#/quiet_hours/end'],
    [{ quiet_hours: { start: '22:00', end: '07:00', time_zone: 'Europe/Atlantis' } }, '#/quiet_hours/time_zone'],
    [{ quiet_hours: { start: '22:00', end: '07:00', time_zone: '+02:00' } }, '#/quiet_hours/time_zone'],
  ])('cannot be %j', async (body, pointer) => {
    const before = await ask(`GET ${PATH}`, carla);
    const answer = await ask<Problem>(`PUT ${PATH}`, carla, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
    expect((await ask(`GET ${PATH}`, carla)).body).toEqual(before.body);
  });
});

describe('a user', () => {
  it('sets contact data and removes it again', async () => {
    const person = await stack.people.customer('Ada');
    const { id, email } = person;
    expect((await ask('GET /api/auth/me/', person)).body).toEqual({ id, email, name: 'Ada', role: 'customer' });

    const body = { phone: '+49 (30) 1234-5678', language: 'de-at', time_zone: 'Europe/Berlin' };
    const changed = {
      id,
      email,
      name: 'Ada',
      role: 'customer',
      phone: '+493012345678',
      language: 'de-AT',
      time_zone: 'Europe/Berlin',
    };
    expect(await ask('PATCH /api/auth/me/', person, body)).toMatchObject({ status: 200, body: changed });
    expect((await rest(stack.otherUrl, 'GET /api/auth/me', { token: person.accessToken })).body).toEqual(changed);

    const answer = await ask('PATCH /api/auth/me', person, { phone: null, name: ' Ada L. ' });
    expect(answer.body).toEqual({
      id,
      email,
      name: 'Ada L.',
      role: 'customer',
      language: 'de-AT',
      time_zone: 'Europe/Berlin',
    });
    expect((await ask('PATCH /api/auth/me', person, {})).body).toEqual(answer.body);
  });

  it.each([
    [{ phone: '12345' }, '#/phone'],
    [{ role: 'admin' }, '#/role'],
    [{ email: 'x@example.com' }, '#/email'],
    [{ phone: '030 12345678' }, '#/phone'],
    [{ phone: '+49 30 12345678 ext. 9' }, '#/phone'],
    [{ phone: '+493012345678\r\nBcc: x' }, '#/phone'],
    [{ phone: 493012345678 }, '#/phone'],
    [{ language: 'klingon!' }, '#/language'],
    [{ language: 'x'.repeat(40) }, '#/language'],
    [{ time_zone: 'Mars/Olympus' }, '#/time_zone'],
    [{ time_zone: 'UTC+1' }, '#/time_zone'],
    [{ name: null }, '#/name'],
    [{ name: 'x'.repeat(101) }, '#/name'],
  ])('cannot set %j', async (body, pointer) => {
    const answer = await ask<Problem>('PATCH /api/auth/me/', bob, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('is a signed-in user', async () => {
    expect((await rest(stack.url, 'PATCH /api/auth/me/', { body: { name: 'x' } })).status).toBe(401);
  });
});
