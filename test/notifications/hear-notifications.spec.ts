import { describe, expect, it } from '@jest/globals';
import { follow } from '../support/clients/follow.js';
import { create, stack, setScene } from '../support/scenes/notification-scene.js';
import { must, rest } from '../support/clients/rest.js';

const OWN = '/ws/notifications/';

setScene();

describe('a socket on /ws/notifications/', () => {
  it('receives the number of unread notifications first', async () => {
    const carla = await stack.people.customer();
    await create({ user_id: carla.id });
    await create({ broadcast: true });
    const { greeting } = await follow(stack, OWN, carla);
    expect(greeting).toEqual({
      type: 'connection_established',
      position: expect.any(String),
      resumed: false,
      replayed: 0,
      ping_interval: 25,
      unread_count: 2,
    });
  });

  it('receives a notification as REST shows it, and then the new count', async () => {
    const carla = await stack.people.customer();
    const { socket, greeting } = await follow(stack, OWN, carla);
    const created = await create({ user_id: carla.id, data: { a: [1, null, 'ü'] } });
    const [heard] = await socket.expectMessages('notification', { type: 'unread_count', count: 1 });
    expect(heard).toEqual({ type: 'notification', notification: created, position: expect.any(String) });
    expect(heard?.position).not.toBe(greeting.position);
  });

  it('receives a broadcast without a count', async () => {
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    const sockets = [(await follow(stack, OWN, carla)).socket, (await follow(stack, OWN, paul)).socket];
    const notification = await create({ broadcast: true });
    expect(notification).toMatchObject({ broadcast: true, stored: true });
    for (const socket of sockets) {
      await socket.expectMessage({ type: 'notification', notification });
      await socket.expectNothing();
    }
  });

  it('does not receive notifications of other users', async () => {
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    const { socket } = await follow(stack, OWN, paul);
    const heard = await follow(stack, OWN, carla);
    await create({ user_id: carla.id });
    await heard.socket.expectMessages('notification', 'unread_count');
    await socket.expectNothing();
  });

  it('receives the notifications that are read and deleted over REST', async () => {
    const carla = await stack.people.customer();
    const token = carla.accessToken;
    const [first, second] = [await create({ user_id: carla.id }), await create({ user_id: carla.id })];
    const { socket } = await follow(stack, OWN, carla);
    await must(stack.url, `POST /api/notifications/${first.id}/read/`, { token });
    await socket.expectMessages(
      { type: 'notification_read', notification_id: first.id },
      { type: 'unread_count', count: 1 },
    );
    await must(stack.url, `DELETE /api/notifications/${first.id}/`, { token });
    const deleted = { type: 'notification_deleted', position: expect.any(String) };
    await socket.expectMessage({ ...deleted, notification_id: first.id });
    await must(stack.url, `DELETE /api/notifications/${second.id}/`, { token });
    await socket.expectMessages({ ...deleted, notification_id: second.id }, { type: 'unread_count', count: 0 });
    await socket.expectNothing();
  });

  it('receives a missed deletion, but that of a broadcast only if the user deleted it', async () => {
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    const { id } = await create({ broadcast: true });
    const { socket, greeting } = await follow(stack, OWN, carla);
    await socket.close();
    const { socket: other } = await follow(stack, OWN, paul);
    await must(stack.url, `DELETE /api/notifications/${id}/`, { token: carla.accessToken });
    const back = await follow(stack, OWN, carla, { since: greeting.position });
    expect(back.greeting).toMatchObject({ resumed: true, replayed: 1 });
    const deletion = await back.socket.expectMessage('notification_deleted');
    expect(deletion).toEqual({ type: 'notification_deleted', notification_id: id, position: expect.any(String) });
    await other.expectNothing();
  });

  it('receives every notification once, and finally the right count, when many are sent at once', async () => {
    const carla = await stack.people.customer();
    const { socket } = await follow(stack, OWN, carla);
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, index) => create({ user_id: carla.id, title: `${index}` })),
    );
    const heard: unknown[] = [];
    const counts: number[] = [];
    while (heard.length < made.length || counts.at(-1) !== made.length) {
      const frame = await socket.expectMessage<{ notification?: unknown; count?: number }>({});
      if (frame.type === 'notification') heard.push(frame.notification);
      else counts.push(frame.count ?? 0);
    }
    expect(new Set(heard)).toEqual(new Set(made));
    // A count that arrives after a newer one is dropped.
    expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
    await socket.expectNothing();
  });

  it('receives the missed notifications and broadcasts in order when it resumes', async () => {
    const carla = await stack.people.customer();
    const { socket, greeting } = await follow(stack, OWN, carla);
    await socket.close();
    const missed = [
      await create({ user_id: carla.id, title: '1' }),
      await create({ broadcast: true, title: '2' }),
      await create({ user_id: carla.id, title: '3' }),
    ];
    await must(stack.url, 'POST /api/notifications/read-all/', { token: carla.accessToken });
    const back = await follow(stack, OWN, carla, { since: greeting.position });
    expect(back.greeting).toMatchObject({ resumed: true, replayed: 4, unread_count: 0 });
    const frames = await back.socket.expectMessages(
      ...missed.map((notification) => ({ type: 'notification', notification })),
      { type: 'notification_read', all: true },
    );
    expect(frames).toHaveLength(4);
  });

  it('closes the gap after a list with X-Stream-Position', async () => {
    const carla = await stack.people.customer();
    await create({ user_id: carla.id, title: 'in the list' });
    const list = await rest(stack.url, 'GET /api/notifications/', { token: carla.accessToken });
    const notification = await create({ user_id: carla.id, title: 'after it' });
    const since = list.headers.get('X-Stream-Position') ?? '';
    const { socket, greeting } = await follow(stack, OWN, carla, { since });
    expect(greeting).toMatchObject({ resumed: true, replayed: 1 });
    await socket.expectMessage({ type: 'notification', notification });
  });
});
