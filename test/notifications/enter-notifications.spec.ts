import { describe, expect, it } from '@jest/globals';
import { ChannelLayer } from '../../src/channel-layer/interface/channel-layer.js';
import { follow } from '../support/clients/follow.js';
import { admin, create, stack, setScene } from '../support/scenes/notification-scene.js';
import { must } from '../support/clients/rest.js';
import { expectHandshakeError, open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';

const OWN = '/ws/notifications/';
const NOBODY = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

setScene();

describe('a socket on /ws/notifications/{user_id}/', () => {
  it('is for that user', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ user_id: carla.id });
    const { socket, greeting } = await follow(stack, `${OWN}${carla.id}/`, carla);
    expect(greeting).toMatchObject({ unread_count: 1 });
    socket.send({ type: 'mark_read', notification_id: id });
    await socket.expectMessages({ type: 'mark_read_response', success: true }, { type: 'unread_count', count: 0 });
    socket.send({ type: 'mark_all_read' });
    await socket.expectMessage({ type: 'mark_all_read_response', updated: 0 });
  });

  it('lets an administrator follow, but not mark notifications', async () => {
    const carla = await stack.people.customer();
    const { socket, greeting } = await follow(stack, `${OWN}${carla.id}`, admin);
    expect(greeting).toMatchObject({ unread_count: 0 });
    const notification = await create({ user_id: carla.id });
    await socket.expectMessages({ type: 'notification', notification }, { type: 'unread_count', count: 1 });
    socket.send({ type: 'mark_read', notification_id: notification.id });
    await socket.expectMessage({ type: 'error', code: 'forbidden' });
    socket.send({ type: 'mark_all_read' });
    await socket.expectMessage({ type: 'error', code: 'forbidden' });
  });

  it('is closed for other users, and for a user id that does not exist', async () => {
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    const others = await open(`${stack.otherUrl}${OWN}${carla.id}/`, { token: paul.socketToken });
    await others.expectClose(4003);
    for (const nobody of [NOBODY, '7', 'not%20an%20id', '%00']) {
      const nowhere = await open(`${stack.otherUrl}${OWN}${nobody}/`, { token: paul.socketToken });
      await nowhere.expectClose(4004);
    }
    const unknown = await open(`${stack.otherUrl}${OWN}${NOBODY}/`, { token: admin.socketToken });
    await unknown.expectClose(4004);
  });
});

describe('without a token', () => {
  it('is closed', async () => {
    for (const path of [OWN, `${OWN}${admin.id}/`]) {
      const socket = await open(stack.otherUrl + path);
      await socket.expectClose(4001);
    }
    await expectHandshakeError(`${stack.otherUrl}${OWN}a/b/`, 404);
  });

  it('receives broadcasts only, if the settings permit it', async () => {
    const other = await startStack({ ANONYMOUS_BROADCASTS: 'true' });
    try {
      const ada = await other.people.admin();
      const socket = await open(other.otherUrl + OWN);
      const greeting = await socket.expectMessage('connection_established');
      expect(greeting).toMatchObject({ anonymous: true });
      expect(greeting).not.toHaveProperty('unread_count');
      const content = { notification_type: 'general', title: 'Hello', message: 'World' };
      for (const audience of [{ user_id: ada.id }, { broadcast: true }]) {
        await must(other.url, 'POST /api/notifications/', {
          token: ada.accessToken,
          body: { ...content, ...audience },
        });
      }
      await socket.expectMessage({ type: 'notification', notification: content });
      socket.send({ type: 'mark_all_read' });
      await socket.expectMessage({ type: 'error', code: 'forbidden' });
      const named = await open(`${other.otherUrl}${OWN}${ada.id}/`);
      await named.expectClose(4001);
      const bad = await open(other.otherUrl + OWN, { token: 'nonsense' });
      await bad.expectClose(4001);
      await socket.close();
    } finally {
      await other.stop();
    }
  });
});

describe('messages that Django sends to the groups', () => {
  it('arrive live, without a position', async () => {
    const carla = await stack.people.customer();
    const { socket } = await follow(stack, OWN, carla);
    const layer = stack.apps[0]?.get(ChannelLayer);
    await layer?.groupSend(`user_${carla.id}_notifications`, {
      type: 'notification.message',
      notification: { id: 7, title: 'From Django' },
    });
    const heard = await socket.expectMessage({ type: 'notification', notification: { id: '7', title: 'From Django' } });
    expect(heard).not.toHaveProperty('position');
    await layer?.groupSend('notifications', {
      type: 'notification_message',
      message: { notification_id: 7, channel: 'email', status: 'sent', timestamp: '2026-11-21T09:30:00Z' },
    });
    await socket.expectMessage({ type: 'notification_status', notification_id: '7', channel: 'email', status: 'sent' });
    await layer?.groupSend(`user_${carla.id}`, { type: 'unread_count', count: 5 });
    await socket.expectMessage({ type: 'unread_count', count: 5 });
    await layer?.groupSend(`user_${carla.id}`, { type: 'nobody_knows', count: 5 });
    await socket.expectNothing();
  });
});
