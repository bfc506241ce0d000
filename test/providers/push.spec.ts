import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { askOf } from '../support/clients/ask.js';
import type { Page } from '../support/clients/ask.js';
import { FcmPeer } from '../support/peers/fcm-peer.js';
import { HANG_UP } from '../support/peers/peer-server.js';
import type { Answer } from '../support/peers/peer-server.js';
import type { Person } from '../support/people.js';
import { PushServicePeer } from '../support/peers/push-service-peer.js';
import type { SubscribedBrowser } from '../support/peers/push-service-peer.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { deliver } from './support/delivering.js';

const NOTIFICATION = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

let fcm: FcmPeer;
let pushService: PushServicePeer;
let stack: Stack;
let carla: Person;
let phones = 0;
beforeAll(async () => {
  [fcm, pushService] = [await FcmPeer.start(), await PushServicePeer.start()];
  stack = await startStack({ ...fcm.variables, ...pushService.variables });
});
beforeEach(async () => {
  carla = await stack.people.customer();
  fcm.messages.length = 0;
});
afterEach(() => expect([fcm.violations, pushService.violations]).toEqual([[], []]));
afterAll(async () => {
  await stack.stop();
  await Promise.all([fcm.stop(), pushService.stop()]);
});

const ask = askOf(() => stack);

async function phone(): Promise<string> {
  const token = `phone-token:${String(++phones)}`;
  expect(await ask('POST /api/devices/', carla, { kind: 'fcm', token })).toMatchObject({ status: 201 });
  return token;
}

async function browser(): Promise<SubscribedBrowser> {
  const subscribed = pushService.subscribe();
  const { subscription } = subscribed;
  expect(await ask('POST /api/devices/', carla, { kind: 'web_push', subscription })).toMatchObject({ status: 201 });
  return subscribed;
}

async function devices(): Promise<number> {
  return (await ask<Page<unknown>>('GET /api/devices/', carla)).body.results.length;
}

describe('push to a phone', () => {
  it('goes to FCM with a Google token for a signed assertion, which is requested once', async () => {
    const token = await phone();
    const message = { notificationId: NOTIFICATION, data: { order: { id: 7 } }, urgent: true };
    const outcomes = await Promise.all([deliver(stack, 'push', carla, message), deliver(stack, 'push', carla)]);
    expect(outcomes[0]).toEqual({ status: 'sent', providerId: expect.stringMatching(/^projects\/.+\/messages\//) });
    expect(fcm.messages.find(({ data }) => data.notification_id === NOTIFICATION)).toEqual({
      token,
      notification: { title: 'Your shirts', body: 'They are ready.' },
      data: { notification_id: NOTIFICATION, notification_type: 'general', data: '{"order":{"id":7}}' },
      android: { priority: 'HIGH', notification: { tag: NOTIFICATION } },
      apns: { headers: { 'apns-priority': '10', 'apns-collapse-id': NOTIFICATION } },
    });
    expect(fcm.tokensIssued).toBe(1);
  });

  it('requests a new token when FCM rejects the old one', async () => {
    await phone();
    await deliver(stack, 'push', carla);
    const before = fcm.tokensIssued;
    fcm.revokeAccessTokens();
    expect(await deliver(stack, 'push', carla)).toMatchObject({ status: 'sent' });
    expect(fcm.tokensIssued).toBe(before + 1);
  });

  it('deletes a phone whose app was uninstalled', async () => {
    const [first, second] = [await phone(), await phone()];
    fcm.uninstall(first);
    expect(await deliver(stack, 'push', carla)).toMatchObject({ status: 'sent' });
    expect(await devices()).toBe(1);
    fcm.uninstall(second);
    expect(await deliver(stack, 'push', carla)).toEqual({
      status: 'failed',
      retry: false,
      error: 'no device of this user is registered any more',
    });
    expect(await deliver(stack, 'push', carla)).toEqual({ status: 'skipped', reason: 'no_address' });
  });

  it.each<[string, Answer, object]>([
    ['503', FcmPeer.error(503, 'UNAVAILABLE', 'UNAVAILABLE'), { retry: true }],
    [
      '429',
      { ...FcmPeer.error(429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED'), headers: { 'retry-after': '9' } },
      { retry: true, retryAfterMs: 9000 },
    ],
    ['a broken connection', HANG_UP, { retry: true }],
    ['400', FcmPeer.error(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'), { retry: false }],
  ])('determines after %s whether another attempt helps', async (_, answer, expected) => {
    await phone();
    fcm.plan(answer);
    expect(await deliver(stack, 'push', carla)).toEqual({ status: 'failed', error: expect.any(String), ...expected });
    expect(await devices()).toBe(1);
  });

  it('loses its data, then the end of its text, if it is too long for FCM', async () => {
    await phone();
    await deliver(stack, 'push', carla, { data: { blob: 'x'.repeat(4000) } });
    await deliver(stack, 'push', carla, { text: '"ä👕\n'.repeat(1000) });
    expect(fcm.messages.map(({ data }) => [data.data, data.truncated])).toEqual([
      ['{}', 'true'],
      ['{}', 'true'],
    ]);
    expect(fcm.messages.map(({ notification }) => notification.body.length)).toEqual([15, expect.any(Number)]);
    expect(fcm.messages[1]?.notification.body).toMatch(/…$/);
  });
});

describe('push to a browser', () => {
  it('is encrypted for the browser, and signed', async () => {
    const carlas = await browser();
    const outcome = await deliver(stack, 'push', carla, { notificationId: NOTIFICATION, data: { order: 7 } });
    expect(outcome).toEqual({ status: 'sent', providerId: expect.stringMatching(/\/message\//) });
    expect(carlas.messages).toEqual([
      {
        notification_id: NOTIFICATION,
        notification_type: 'general',
        title: 'Your shirts',
        message: 'They are ready.',
        data: { order: 7 },
        topic: NOTIFICATION.replaceAll('-', ''),
        urgency: 'normal',
      },
    ]);
  });

  it('is shortened to the size that push services accept', async () => {
    const carlas = await browser();
    await deliver(stack, 'push', carla, { text: 'ü'.repeat(4000), data: { a: 1 }, urgent: true });
    expect(carlas.messages).toMatchObject([{ data: {}, truncated: true, urgency: 'high' }]);
  });

  it('deletes a browser that unsubscribed', async () => {
    const carlas = await browser();
    carlas.gone = true;
    expect(await deliver(stack, 'push', carla)).toMatchObject({ status: 'failed', retry: false });
    expect(await devices()).toBe(0);
  });
});

describe('push to several devices', () => {
  it('retries only those that failed', async () => {
    await phone();
    const [first, second] = [await browser(), await browser()];
    pushService.plan({ status: 503, headers: { 'retry-after': '30' } });
    const failed = await deliver(stack, 'push', carla, { key: 'the-delivery' });
    expect(failed).toMatchObject({ status: 'failed', retry: true, retryAfterMs: 30_000 });
    expect(first.messages.length + second.messages.length).toBe(1);
    expect(await deliver(stack, 'push', carla, { key: 'the-delivery' })).toMatchObject({ status: 'sent' });
    const received = (): number[] => [fcm.messages, first.messages, second.messages].map(({ length }) => length);
    expect(received()).toEqual([1, 1, 1]);
    expect(await deliver(stack, 'push', carla, { key: 'another' })).toMatchObject({ status: 'sent' });
    expect(received()).toEqual([2, 2, 2]);
  });
});
