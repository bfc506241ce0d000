import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { askOf } from '../support/clients/ask.js';
import { FcmPeer } from '../support/peers/fcm-peer.js';
import { follow } from '../support/clients/follow.js';
import { notify } from '../support/scenes/notification-story.js';
import type { Person } from '../support/people.js';
import { PushServicePeer } from '../support/peers/push-service-peer.js';
import type { SubscribedBrowser } from '../support/peers/push-service-peer.js';
import { must } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { deliveries, until } from './delivery-story.js';
import type { Delivery } from './delivery-story.js';

describe('notifications by push', () => {
  let fcm: FcmPeer;
  let pushService: PushServicePeer;
  let stack: Stack;
  let admin: Person;
  let carla: Person;
  let phones = 0;

  beforeAll(async () => {
    [fcm, pushService] = [await FcmPeer.start(), await PushServicePeer.start()];
    const limits = { SEND_LIMITS: 'push:3/day', TYPE_SEND_LIMITS: 'offers:1/day' };
    stack = await startStack({ ...fcm.variables, ...pushService.variables, ...limits, JOB_RETRY_DELAY: '0' });
    admin = await stack.people.admin();
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
  const push = (members: object = {}): Promise<{ id: string }> =>
    notify(stack, admin, { user_id: carla.id, channels: ['push'], ...members });

  async function register(body: object): Promise<void> {
    await must(stack.url, 'POST /api/devices/', { token: carla.accessToken, body });
  }

  async function phone(): Promise<string> {
    const token = `a-phone:${String(++phones)}`;
    await register({ kind: 'fcm', token });
    return token;
  }

  async function browser(): Promise<SubscribedBrowser> {
    const subscribed = pushService.subscribe();
    await register({ kind: 'web_push', subscription: subscribed.subscription });
    return subscribed;
  }

  it('are sent to every device, and the sockets receive the status', async () => {
    const [token, carlas] = [await phone(), await browser()];
    const { socket } = await follow(stack, '/ws/notifications/', carla);
    const { id } = await push({ channels: ['websocket', 'push'], data: { order: 7 } });
    await socket.expectMessages(
      { type: 'notification', notification: { id } },
      { type: 'unread_count', count: 1 },
      { type: 'notification_status', notification_id: id, channel: 'push', status: 'sent' },
    );
    expect(carlas.messages).toMatchObject([
      { notification_id: id, title: 'Hello', message: 'World', data: { order: 7 } },
    ]);
    expect(fcm.messages).toMatchObject([{ token, notification: { title: 'Hello', body: 'World' } }]);
  });

  it('are retried on the device that failed, and arrive once on each', async () => {
    const carlas = await browser();
    await phone();
    pushService.plan({ status: 503 });
    const { id } = await push();
    expect(await until(ask, carla, id, 'push', 'sent')).toMatchObject({
      attempts: 2,
      last_error: expect.stringContaining('answered 503'),
    });
    expect([carlas.messages.length, fcm.messages.length]).toEqual([1, 1]);
  });

  it('fail if all devices are unregistered, and are skipped if there is none', async () => {
    fcm.uninstall(await phone());
    const gone = await push();
    expect(await until(ask, carla, gone.id, 'push', 'failed')).toMatchObject({
      last_error: expect.stringContaining('no device'),
    });
    const { id } = await push();
    expect(await until(ask, carla, id, 'push', 'skipped')).toMatchObject({ reason: 'no_address' });
  });

  it('are skipped over the limit of the user and of the type; deliveries that were not sent do not count', async () => {
    expect(await untilOver((await push()).id)).toMatchObject({ reason: 'no_address' });
    await phone();
    const statuses: (string | null)[] = [];
    let last = '';
    for (const notification_type of ['offers', 'offers', 'general', 'general', 'general']) {
      last = (await push({ notification_type })).id;
      const { status, reason } = await untilOver(last);
      statuses.push(reason ?? status);
    }
    expect(statuses).toEqual(['sent', 'rate_limited', 'sent', 'sent', 'rate_limited']);
    const explained = await ask<{ results: { channel: string; explanation: string }[] }>(
      `GET /api/notifications/${last}/explain/`,
      carla,
    );
    const words = explained.body.results.find(({ channel }) => channel === 'push')?.explanation;
    expect(words).toMatch(/limit/);
  });

  async function untilOver(id: string): Promise<Delivery> {
    for (;;) {
      const own = (await deliveries(ask, carla, id)).find(({ channel }) => channel === 'push');
      if (own && own.status !== 'queued') return own;
    }
  }
});
