import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { must } from '../support/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

describe('realtime/info', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ SMTP_URL: 'smtp://127.0.0.1:2525', EMAIL_FROM: 'news@tidings.example' });
  });
  afterAll(() => stack.stop());

  it('says which channels there are, and why the others are off', async () => {
    const { accessToken: token } = await stack.people.customer();
    const expected = {
      features: { live_notifications: true, email: true, sms: false, push: false },
      available_channels: ['websocket', 'email'],
      unavailable_channels: {
        sms: 'TWILIO_ACCOUNT_SID is not set',
        push: expect.stringMatching(/FCM_SERVICE_ACCOUNT|VAPID_PUBLIC_KEY/),
      },
    };
    expect(await must(stack.url, 'GET /api/realtime/info/', { token })).toMatchObject(expected);
    expect(await must(stack.url, 'GET /api/notifications/preferences/', { token })).toMatchObject({
      available_channels: expected.available_channels,
      unavailable_channels: expected.unavailable_channels,
    });
  });
});
