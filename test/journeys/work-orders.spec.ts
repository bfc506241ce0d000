import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { must, rest } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const SECRET = 'the-secret-key-of-the-django-project-beside-us';

/**
 * The work-order tool: its users are stored in a Django project, whose tokens its pages continue to use
 * (djangorestframework-simplejwt, HS256 with its SECRET_KEY, numbers as ids).
 */
describe('the work-order tool, whose users are stored elsewhere', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ JWT_SECRET: SECRET, JWT_PROVISION_USERS: 'true' });
  });

  afterAll(() => stack.stop());

  const token = (userId: number, claims: object = {}): Promise<string> =>
    new SignJWT({ user_id: userId, token_type: 'access', jti: `jti-${String(userId)}`, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(SECRET));

  it('works with the tokens that its pages have', async () => {
    const foreman = await token(1, { role: 'admin', name: 'Foreman' });
    const worker = await token(7, { role: 'partner', name: 'Worker' });
    const page = await open(`${stack.otherUrl}/ws/notifications/?token=${worker}`);
    await page.expectMessage({ type: 'connection_established', unread_count: 0 });
    const own = await open(`${stack.otherUrl}/ws/notifications/7/`, { token: worker });
    await own.expectMessage('connection_established');

    await must(stack.url, 'POST /api/notifications/', {
      token: foreman,
      body: {
        user_id: '7',
        notification_type: 'work_order',
        title: 'Valve',
        message: 'Hall 3',
        data: { work_order: 12 },
      },
    });
    for (const socket of [page, own]) {
      await socket.expectMessages(
        {
          type: 'notification',
          notification: { notification_type: 'work_order', title: 'Valve', data: { work_order: 12 } },
        },
        { type: 'unread_count', count: 1 },
      );
    }
    expect((await rest(stack.url, 'GET /api/auth/me', { token: worker })).body).toEqual({
      id: '7',
      email: null,
      name: 'Worker',
      role: 'partner',
    });
  });

  it('does not accept its refresh tokens and forged tokens', async () => {
    const refresh = await open(`${stack.otherUrl}/ws/notifications/`, {
      token: await token(7, { token_type: 'refresh' }),
    });
    await refresh.expectClose(4001);
    const forged = await new SignJWT({ user_id: 7, token_type: 'access' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode('another secret of more than 32 bytes'));
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, { token: forged });
    await socket.expectClose(4001);
    const stranger = await open(`${stack.otherUrl}/ws/notifications/7/`, { token: await token(8) });
    await stranger.expectClose(4003);
  });
});
