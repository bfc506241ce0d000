import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { must } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const SOCKET_FEATURES = [
  'live_notifications',
  'order_tracking',
  'mark_read',
  'mark_seen',
  'archive',
  'auto_reconnect',
  'resume',
  'acknowledgements',
  'chat',
  'read_receipts',
  'location',
  'presence',
  'typing',
  'calls',
  'share_links',
];

describe('realtime/info', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ SMTP_URL: 'smtp://127.0.0.1:2525', EMAIL_FROM: 'news@tidings.example' });
  });
  afterAll(() => stack.stop());

  it('lists the channels, and why the others are off', async () => {
    const { accessToken: token } = await stack.people.customer();
    const expected = {
      features: {
        ...Object.fromEntries(SOCKET_FEATURES.map((feature) => [feature, true])),
        email: true,
        sms: false,
        push: false,
        preferences: true,
      },
      available_channels: ['websocket', 'email'],
      unavailable_channels: {
        sms: 'TWILIO_ACCOUNT_SID is not set',
        push: expect.stringMatching(/FCM_SERVICE_ACCOUNT|VAPID_PUBLIC_KEY/),
      },
    };
    const info = await must<{ features: unknown }>(stack.url, 'GET /api/realtime/info/', { token });
    expect(info).toMatchObject(expected);
    expect(info.features).toEqual(expected.features);
    expect(await must(stack.url, 'GET /api/notifications/preferences/', { token })).toMatchObject({
      available_channels: expected.available_channels,
      unavailable_channels: expected.unavailable_channels,
    });
  });
});
