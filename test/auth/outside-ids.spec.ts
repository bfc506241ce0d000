import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChannelLayer } from '../../src/channel-layer/interface/channel-layer.js';
import { groupId } from '../../src/streams/names/group-names.js';
import { Issuer } from '../support/peers/issuer.js';
import type { Person } from '../support/people.js';
import { must, rest } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

/** Values of `sub` from large issuers, and hostile values. */
const IDS = [
  'auth0|64b7f0c2e1a3d4b5c6d7e8f9',
  'google-oauth2|115903482715548237461',
  'eu-west-1:7d0f6a44-8a3e-4d0f-9b55-1a2b3c4d5e6f',
  'f:9c2d7e11-0a4b-4c1d-8e2f-3a4b5c6d7e8f:jane@example.com',
  'sEgq+8/Zk=',
  '001234.a1b2c3d4e5f60718293a4b5c6d7e8f90.1234',
  'i:0#.f|membership|jörg@example.com',
  '%7C',
  '7_notifications',
  'x'.repeat(255),
];

describe('users of an outside issuer, with the ids of the issuer', () => {
  let issuer: Issuer;
  let stack: Stack;
  let admin: Person;

  beforeAll(async () => {
    issuer = await Issuer.start();
    stack = await startStack({ JWT_JWKS_URL: issuer.jwksUrl, JWT_PROVISION_USERS: 'true' });
    admin = await stack.people.admin();
  });

  afterAll(async () => {
    await stack.stop();
    await issuer.stop();
  });

  const listen = async (path: string, token: string): Promise<SocketClient> => {
    const socket = await open(`${stack.otherUrl}/ws/notifications/${path}`, { token, ignore: ['unread_count'] });
    await socket.expectMessage('connection_established');
    return socket;
  };
  const notify = (userId: string, title: string): Promise<{ id: string }> => {
    const body = { user_id: userId, notification_type: 'news', title, message: 'Read on', channels: ['websocket'] };
    return must(stack.url, 'POST /api/notifications/', { token: admin.accessToken, body });
  };

  it.each(IDS)('can use REST and sockets with the id %s', async (sub) => {
    const token = await issuer.sign({ sub });
    expect(await must(stack.url, 'GET /api/auth/me', { token })).toMatchObject({ id: sub });
    expect(await must(stack.url, 'GET /api/realtime/token/', { token })).toMatchObject({ user_id: sub });
    const sockets = [await listen('', token), await listen(`${encodeURIComponent(sub)}/`, admin.socketToken)];

    const { id } = await notify(sub, 'For you');
    for (const socket of sockets) await socket.expectMessage({ type: 'notification', notification: { id } });
    expect(await must(stack.url, 'GET /api/notifications/unread-count/', { token })).toEqual({ count: 1 });
    await must(stack.url, `POST /api/notifications/${id}/read/`, { token });
    for (const socket of sockets) await socket.expectMessage({ type: 'notification_read', notification_id: id });
    const path = `GET /api/notifications/${id}/deliveries/?user_id=${encodeURIComponent(sub)}`;
    expect((await rest(stack.url, path, { token })).status).toBe(200);

    // Publishes like Django, to the group name that the code of the page computes.
    const group = `user_${groupId(sub)}_notifications`;
    const message = { type: 'notification_message', notification: { title: 'From Django' } };
    await stack.apps[0]?.get(ChannelLayer).groupSend(group, message);
    for (const socket of sockets) {
      await socket.expectMessage({ type: 'notification', notification: { title: 'From Django' } });
    }
  });

  it('do not receive messages to other users: user 7_notifications does not receive what Django publishes to user 7', async () => {
    const [seven, neighbour] = [await issuer.sign({ sub: '7' }), await issuer.sign({ sub: '7_notifications' })];
    const [own, other] = [await listen('', seven), await listen('', neighbour)];
    const message = { type: 'notification_message', notification: { title: 'Secret' } };
    for (const group of ['user_7_notifications', 'user_7']) {
      await stack.apps[0]?.get(ChannelLayer).groupSend(group, message);
      await own.expectMessage({ type: 'notification', notification: { title: 'Secret' } });
    }
    await notify('7_notifications', 'Own');
    await other.expectMessage({ type: 'notification', notification: { title: 'Own' } });
  });

  it.each(['a b', 'a\nb', '', 'x'.repeat(256)])('cannot have the id %j', async (sub) => {
    expect((await rest(stack.url, 'GET /api/auth/me', { token: await issuer.sign({ sub }) })).status).toBe(401);
  });
});
