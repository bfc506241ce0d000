import { describe, expect, it } from '@jest/globals';
import { follow } from '../support/clients/follow.js';
import { admin, create, stack, setScene } from '../support/scenes/notification-scene.js';
import { must } from '../support/clients/rest.js';

const OWN = '/ws/notifications/';
const NOBODY = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

setScene();

describe('on a notification socket, a user', () => {
  it('marks a notification as read: the sender receives an answer, the other sockets a message, and all sockets the count', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ user_id: carla.id });
    const { socket } = await follow(stack, OWN, carla);
    const { socket: phone } = await follow(stack, OWN, carla);
    socket.send({ type: 'mark_read', notification_id: id, request_id: 'r1' });
    await socket.expectMessages(
      { type: 'mark_read_response', success: true, notification_id: id, request_id: 'r1' },
      { type: 'unread_count', count: 0 },
    );
    await phone.expectMessages(
      { type: 'notification_read', notification_id: id, position: expect.any(String) },
      { type: 'unread_count', count: 0 },
    );
  });

  it('gets an answer without a request_id too', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ user_id: carla.id });
    await create({ user_id: carla.id });
    const { socket } = await follow(stack, OWN, carla);
    socket.send({ type: 'mark_read', notification_id: id });
    await socket.expectMessages(
      { type: 'mark_read_response', success: true, notification_id: id },
      { type: 'unread_count', count: 1 },
    );
    socket.send({ type: 'mark_all_read' });
    await socket.expectMessages(
      { type: 'mark_all_read_response', success: true, updated: 1 },
      { type: 'unread_count', count: 0 },
    );
  });

  it('can mark a notification again, which is not published', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ user_id: carla.id });
    await must(stack.url, `POST /api/notifications/${id}/read/`, { token: carla.accessToken });
    const { socket } = await follow(stack, OWN, carla);
    const { socket: phone } = await follow(stack, OWN, carla);
    socket.send({ type: 'mark_read', notification_id: id });
    await socket.expectMessage({ type: 'mark_read_response', success: true, notification_id: id });
    await socket.expectNothing();
    await phone.expectNothing();
  });

  it.each([NOBODY, 'nonsense', '7'])('cannot mark %s, which does not exist', async (id) => {
    const carla = await stack.people.customer();
    const { socket } = await follow(stack, OWN, carla);
    socket.send({ type: 'mark_read', notification_id: id, request_id: 1 });
    const answer = { type: 'mark_read_response', success: false, notification_id: id, error: expect.any(String) };
    expect(await socket.expectMessage('mark_read_response')).toEqual({ ...answer, request_id: 1 });
  });

  it('cannot mark notifications of another user', async () => {
    const { id } = await create({ user_id: admin.id });
    const { socket } = await follow(stack, OWN, await stack.people.customer());
    socket.send({ type: 'mark_read', notification_id: id });
    await socket.expectMessage({ type: 'mark_read_response', success: false, notification_id: id });
  });

  it.each([{}, { notification_id: 7 }, { notification_id: null }, { notification_id: '' }])(
    'gets the reason for an invalid mark_read %o',
    async (members) => {
      const { socket } = await follow(stack, OWN, admin);
      socket.send({ type: 'mark_read', ...members });
      const errors = [{ pointer: '#/notification_id', detail: expect.any(String) }];
      await socket.expectMessage({ type: 'error', code: 'invalid_message', errors });
    },
  );

  it('marks all as read, including broadcasts', async () => {
    const carla = await stack.people.customer();
    await create({ user_id: carla.id });
    await create({ broadcast: true });
    const { socket } = await follow(stack, OWN, carla);
    const { socket: phone } = await follow(stack, OWN, carla);
    socket.send({ type: 'mark_all_read', request_id: 'all' });
    await socket.expectMessages(
      { type: 'mark_all_read_response', success: true, updated: 2, request_id: 'all' },
      { type: 'unread_count', count: 0 },
    );
    await phone.expectMessages(
      { type: 'notification_read', all: true, position: expect.any(String) },
      { type: 'unread_count', count: 0 },
    );
    socket.send({ type: 'mark_all_read' });
    await socket.expectMessage({ type: 'mark_all_read_response', success: true, updated: 0 });
    await phone.expectNothing();
  });

  it('receives a count that decreases by one each time, however many are read and deleted at once', async () => {
    const carla = await stack.people.customer();
    const token = carla.accessToken;
    const made = await Promise.all(Array.from({ length: 8 }, () => create({ user_id: carla.id })));
    const { socket } = await follow(stack, OWN, carla, { ignore: ['notification_read', 'notification_deleted'] });
    await Promise.all(
      made.map(({ id }, index) =>
        must(stack.url, index % 2 ? `POST /api/notifications/${id}/read/` : `DELETE /api/notifications/${id}/`, {
          token,
        }),
      ),
    );
    for (const count of [7, 6, 5, 4, 3, 2, 1, 0]) await socket.expectMessage({ type: 'unread_count', count });
  });
});
