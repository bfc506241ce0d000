import { describe, expect, it } from '@jest/globals';
import { admin, ask, create, stack, setScene } from '../support/scenes/notification-scene.js';
import { titles, unread } from '../support/scenes/notification-story.js';

const NOBODY = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

setScene();

describe('reading and deleting', () => {
  it('marks one notification or broadcast, as often as requested', async () => {
    const carla = await stack.people.customer();
    const own = await create({ user_id: carla.id });
    const broadcast = await create({ broadcast: true });
    expect(await unread(ask, carla)).toBe(2);
    for (const { id } of [own, own, broadcast, broadcast]) {
      const answer = await ask(`POST /api/notifications/${id}/read/`, carla);
      expect(answer).toMatchObject({ status: 200, body: { id, is_read: true } });
    }
    expect(await unread(ask, carla)).toBe(0);
  });

  it('marks all as read, for this user only', async () => {
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    await create({ user_ids: [carla.id, paul.id] });
    await create({ broadcast: true });
    expect((await ask('POST /api/notifications/read-all/', carla)).body).toEqual({ updated: 2 });
    expect((await ask('POST /api/notifications/read-all/', carla)).body).toEqual({ updated: 0 });
    expect(await unread(ask, carla)).toBe(0);
    expect(await unread(ask, paul)).toBe(2);
  });

  it('deletes an own notification, and a broadcast for this user only', async () => {
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    const own = await create({ user_id: carla.id, title: 'own' });
    const broadcast = await create({ broadcast: true, title: 'all' });
    await ask(`POST /api/notifications/${broadcast.id}/read/`, carla);
    for (const { id } of [own, broadcast]) {
      expect((await ask(`DELETE /api/notifications/${id}/`, carla)).status).toBe(204);
      expect((await ask(`DELETE /api/notifications/${id}/`, carla)).status).toBe(404);
      expect((await ask(`POST /api/notifications/${id}/read/`, carla)).status).toBe(404);
    }
    expect(await titles(ask, carla)).toEqual([]);
    expect(await unread(ask, carla)).toBe(0);
    expect(await titles(ask, paul)).toEqual(['all']);
    expect(await unread(ask, paul)).toBe(1);
  });

  it('is permitted for the owner: 403 for others, 404 if it does not exist', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ user_id: carla.id });
    for (const other of [admin, await stack.people.partner()]) {
      expect((await ask(`POST /api/notifications/${id}/read/`, other)).status).toBe(403);
      expect((await ask(`DELETE /api/notifications/${id}/`, other)).status).toBe(403);
    }
    for (const nothing of [NOBODY, 'nonsense', '%00', '7']) {
      expect((await ask(`POST /api/notifications/${nothing}/read/`, carla)).status).toBe(404);
      expect((await ask(`DELETE /api/notifications/${nothing}/`, carla)).status).toBe(404);
    }
    expect(await unread(ask, carla)).toBe(1);
  });

  it('counts correctly when many changes happen at once', async () => {
    const carla = await stack.people.customer();
    const made = await Promise.all(Array.from({ length: 10 }, () => create({ user_id: carla.id })));
    await Promise.all([
      ...made.slice(0, 3).map(({ id }) => ask(`POST /api/notifications/${id}/read/`, carla)),
      ...made.slice(2, 6).map(({ id }) => ask(`DELETE /api/notifications/${id}/`, carla)),
      ...Array.from({ length: 4 }, () => create({ user_id: carla.id })),
    ]);
    expect(await unread(ask, carla)).toBe(8);
  });
});
