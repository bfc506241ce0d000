import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf, statusCodes } from '../support/clients/ask.js';
import type { Page, Problem } from '../support/clients/ask.js';
import { FcmPeer } from '../support/peers/fcm-peer.js';
import type { Person } from '../support/people.js';
import { PushServicePeer } from '../support/peers/push-service-peer.js';
import { must, rest } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Device {
  readonly id: string;
  readonly name: string;
}

let fcm: FcmPeer;
let pushService: PushServicePeer;
let stack: Stack;
beforeAll(async () => {
  [fcm, pushService] = [await FcmPeer.start(), await PushServicePeer.start()];
  stack = await startStack({ ...fcm.variables, ...pushService.variables });
});
afterAll(async () => {
  await stack.stop();
  await Promise.all([fcm.stop(), pushService.stop()]);
});

const ask = askOf(() => stack);
const fcmDevice = (name = ''): object => ({ kind: 'fcm', token: `token-${randomBytes(8).toString('hex')}`, name });

function register(person: Person, body: unknown): Promise<Device> {
  return must<Device>(stack.url, 'POST /api/devices/', { token: person.accessToken, body });
}

async function names(person: Person): Promise<string[]> {
  return (await ask<Page<Device>>('GET /api/devices/?limit=100', person)).body.results.map(({ name }) => name);
}

describe('devices', () => {
  it('are registered, listed and removed by their user', async () => {
    const carla = await stack.people.customer();
    const phone = await register(carla, fcmDevice('phone'));
    const { subscription } = pushService.subscribe();
    await register(carla, { kind: 'web_push', subscription, name: 'browser' });
    const { body } = await ask<Page<Device> & { web_push_public_key: string }>('GET /api/devices/', carla);
    expect(body).toMatchObject({
      results: [{ kind: 'web_push', name: 'browser' }, phone],
      next_cursor: null,
      web_push_public_key: pushService.variables.VAPID_PUBLIC_KEY,
    });
    // The address is secret: everyone who knows it can send a push message.
    expect(JSON.stringify(body)).not.toContain(subscription.endpoint);
    expect((await ask(`DELETE /api/devices/${phone.id}/`, carla)).status).toBe(204);
    expect(await names(carla)).toEqual(['browser']);
  });

  it('are visible to their user only', async () => {
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    const { id } = await register(carla, fcmDevice('phone'));
    expect(await statusCodes(ask, `DELETE /api/devices/${id}`, [paul, await stack.people.admin()])).toEqual([403, 403]);
    expect([await names(carla), await names(paul)]).toEqual([['phone'], []]);
    const nowhere = ['7', '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f'].map((one) =>
      ask(`DELETE /api/devices/${one}`, carla),
    );
    expect((await Promise.all(nowhere)).map(({ status }) => status)).toEqual([404, 404]);
    expect((await rest(stack.url, 'GET /api/devices/')).status).toBe(401);
  });

  it('are renewed when they are registered again, and move to the user who registers them', async () => {
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    const phone = fcmDevice('phone');
    const first = await register(carla, phone);
    expect(await register(carla, { ...phone, name: 'new name' })).toMatchObject({ id: first.id, name: 'new name' });
    await register(paul, phone);
    expect([await names(carla), await names(paul)]).toEqual([[], ['phone']]);
  });

  it('are at most twenty per user', async () => {
    const carla = await stack.people.customer();
    for (let number = 0; number <= 20; number += 1) await register(carla, fcmDevice(String(number)));
    expect(await names(carla)).toEqual(Array.from({ length: 20 }, (_, index) => String(20 - index)));
  });

  it('are registered once for one Idempotency-Key', async () => {
    const carla = await stack.people.customer();
    const key = { 'Idempotency-Key': 'my-phone' };
    const body = fcmDevice();
    const answers = [await ask<Device>('POST /api/devices/', carla, body, key)];
    answers.push(await ask<Device>('POST /api/devices', carla, body, key));
    expect(answers[1]).toMatchObject({ status: 201, body: answers[0]?.body });
    expect((await ask('POST /api/devices/', carla, fcmDevice(), key)).status).toBe(422);
  });
});

describe('an invalid device', () => {
  const subscription = (changes: object = {}, keys: object = {}): object => {
    const valid = pushService.subscribe().subscription;
    return { kind: 'web_push', subscription: { ...valid, ...changes, keys: { ...valid.keys, ...keys } } };
  };

  it.each<[string, () => object, string[]]>([
    ['no kind', () => ({ token: 'some-token' }), ['#/kind']],
    ['an unknown kind', () => ({ kind: 'pager', token: 'some-token' }), ['#/kind']],
    ['no token', () => ({ kind: 'fcm' }), ['#/token']],
    ['a token with a line break', () => ({ kind: 'fcm', token: 'some-token\r\nx: y' }), ['#/token']],
    ['no subscription', () => ({ kind: 'web_push', token: 'some-token' }), ['#/subscription']],
    ['a subscription that is not an object', () => ({ kind: 'web_push', subscription: 'x' }), ['#/subscription']],
    ['no endpoint', () => subscription({ endpoint: undefined }), ['#/subscription/endpoint']],
    ['a file', () => subscription({ endpoint: 'file:///etc/passwd' }), ['#/subscription/endpoint']],
    ['our own network', () => subscription({ endpoint: 'https://169.254.169.254/' }), ['#/subscription/endpoint']],
    ['a key that is too short', () => subscription({}, { p256dh: 'BAAA' }), ['#/subscription/keys/p256dh']],
    [
      'a key that is not on the curve',
      () => subscription({}, { p256dh: `B${'A'.repeat(86)}` }),
      ['#/subscription/keys/p256dh'],
    ],
    ['a secret that is too short', () => subscription({}, { auth: 'AAAA' }), ['#/subscription/keys/auth']],
    ['a long name', () => ({ ...fcmDevice('x'.repeat(101)) }), ['#/name']],
    ['NUL in its name', () => ({ ...fcmDevice('a\0b') }), ['#/name']],
  ])('is rejected: %s', async (_, body, pointers) => {
    const carla = await stack.people.customer();
    const answer = await ask<Problem>('POST /api/devices/', carla, body());
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(await names(carla)).toEqual([]);
  });

  it('is rejected while push is off', async () => {
    const off = await startStack();
    const { accessToken: token } = await off.people.customer();
    const answer = await rest(off.url, 'POST /api/devices/', { token, body: fcmDevice() });
    expect(answer).toMatchObject({ status: 409, body: { detail: expect.stringContaining('FCM_SERVICE_ACCOUNT') } });
    await off.stop();
  });
});
