import { afterEach, describe, expect, it } from '@jest/globals';
import { rest } from '../support/clients/rest.js';
import { expectHandshakeError, open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

describe('a process with some of the roles', () => {
  let stack: Stack;

  afterEach(() => stack.stop());

  it('serves plain HTTP without realtime, and info says that there are no sockets', async () => {
    stack = await startStack({ ROLES: 'api,worker' });
    const { accessToken: token, socketToken } = await stack.people.customer();
    const info = await rest(stack.url, 'GET /api/realtime/info/', { token });
    expect(info).toMatchObject({ status: 200, body: { websocket_enabled: false } });
    await expectHandshakeError(`${stack.url}/ws/notifications/`, 404, { token: socketToken });
    expect((await rest(stack.url, 'GET /api/notifications/stream/', { token })).status).toBe(404);
    expect((await rest(stack.url, 'GET /api/notifications/STREAM', { token })).status).toBe(404);
  });

  it('names the other address of the sockets without realtime', async () => {
    stack = await startStack({ ROLES: 'api,worker', REALTIME_URL: 'https://live.example.com' });
    const { accessToken: token } = await stack.people.customer();
    const info = await rest(stack.url, 'GET /api/realtime/info/', { token });
    expect(info.body).toMatchObject({ websocket_enabled: true, protocol: 'wss', host: 'live.example.com' });
    const answer = await rest(stack.url, 'GET /api/realtime/token/', { token });
    expect(answer.body).toMatchObject({
      ws_base_url: 'wss://live.example.com/ws',
      endpoints: { notifications: expect.stringMatching(/^wss:\/\/live\.example\.com\/ws\/notifications\/\?token=./) },
    });
  });

  it('serves sockets and probes without api, but no REST', async () => {
    stack = await startStack({ ROLES: 'realtime' });
    expect((await rest(stack.url, 'GET /api/notifications/')).status).toBe(404);
    expect((await rest(stack.url, 'GET /health/ready')).status).toBe(200);
    const socket = await open(`${stack.otherUrl}/ws/notifications/`);
    await socket.expectClose(4001);
  });
});
