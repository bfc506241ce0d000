import { describe, expect, it } from '@jest/globals';
import type { Page } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { ask, create, stack, setScene } from '../support/scenes/notification-scene.js';
import { titles, unread } from '../support/scenes/notification-story.js';
import type { Notification } from '../support/scenes/notification-story.js';

const OWN = '/ws/notifications/';

setScene();

describe('a notification with a collapse_key', () => {
  it('replaces the earlier one with this key, which is counted once', async () => {
    const carla = await stack.people.customer();
    const bob = await stack.people.customer();
    const first = await create({ user_id: carla.id, title: 'Ready at six', collapse_key: 'order-7' });
    await create({ user_id: carla.id, title: 'Another order', collapse_key: 'order-8' });
    await create({ user_id: bob.id, title: 'For Bob', collapse_key: 'order-7' });
    const { socket } = await follow(stack, OWN, carla);
    const second = await create({ user_id: carla.id, title: 'Ready at seven', collapse_key: 'order-7' });
    await socket.expectMessage({
      type: 'notification_retracted',
      notification_id: first.id,
      broadcast: false,
      replaced_by: second.id,
    });
    await socket.expectMessages(
      { type: 'notification', notification: { id: second.id } },
      { type: 'unread_count', count: 2 },
    );
    await socket.expectNothing();
    expect([await titles(ask, carla), await unread(ask, carla)]).toEqual([['Ready at seven', 'Another order'], 2]);
    expect([await titles(ask, bob), await unread(ask, bob)]).toEqual([['For Bob'], 1]);
  });

  it('replaces one that was read, and becomes unread; an archived one is kept', async () => {
    const carla = await stack.people.customer();
    const collapse_key = 'weather';
    const [one] = [await create({ user_id: carla.id, title: '1', collapse_key })];
    await ask(`POST /api/notifications/${one.id}/archive/`, carla);
    const two = await create({ user_id: carla.id, title: '2', collapse_key });
    await ask(`POST /api/notifications/${two.id}/read/`, carla);
    await create({ user_id: carla.id, title: '3', collapse_key });
    expect([await titles(ask, carla), await unread(ask, carla)]).toEqual([['3'], 1]);
    expect(await titles(ask, carla, '?archived=true')).toEqual(['1']);
  });

  it('leaves one standing if several are sent at the same time, to several users in any order', async () => {
    const people = await Promise.all([1, 2, 3].map(() => stack.people.customer()));
    const ids = people.map(({ id }) => id);
    await Promise.all(
      Array.from({ length: 9 }, (_, n) =>
        create<Page<Notification>>({
          user_ids: n % 2 === 0 ? ids : [...ids].reverse().slice(n % 3),
          title: String(n),
          collapse_key: 'busy',
        }),
      ),
    );
    for (const person of people) {
      expect([await unread(ask, person), (await titles(ask, person)).length]).toEqual([1, 1]);
    }
  });

  it('replaces a broadcast for everybody', async () => {
    const carla = await stack.people.customer();
    const bob = await stack.people.customer();
    const key = { broadcast: true, collapse_key: `status-${carla.id}` };
    const first = await create({ ...key, title: 'Maintenance at ten' });
    await ask(`POST /api/notifications/${first.id}/read/`, bob);
    const { greeting, socket } = await follow(stack, OWN, carla);
    await Promise.all([1, 2, 3, 4].map(() => create({ ...key, title: 'Maintenance at eleven' })));
    for (const person of [carla, bob]) {
      expect([await titles(ask, person), await unread(ask, person)]).toEqual([['Maintenance at eleven'], 1]);
    }
    for (let n = 0; n < 4; n += 1) {
      await socket.expectMessage('notification_retracted');
      await socket.expectMessage('notification');
    }
    const resumed = await follow(stack, OWN, carla, { since: greeting.position, ignore: ['notification_retracted'] });
    await resumed.socket.expectMessage({ type: 'notification', notification: { title: 'Maintenance at eleven' } });
    await resumed.socket.expectNothing();
  });

  it.each(['', 'x'.repeat(129), 7, 'a\0'])('is rejected if the key is %j', async (collapse_key) => {
    const carla = await stack.people.customer();
    await expect(create({ user_id: carla.id, collapse_key })).rejects.toThrow('400');
  });
});
